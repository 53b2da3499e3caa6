package io.flowsvi.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.tensor.PplException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading, and every message of what can be wrong with data. */
class StanDataTest {
  private static StanData data(String json) {
    return StanData.parse("d.json", json);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(PplException.class).hasMessageContaining("d.json");
  }

  @Test
  void readsScalarsVectorsAndMatrices() {
    StanData data =
        data("{\"N\": 2, \"y\": [1, 2.5], \"x\": [[1, 2, 3], [4, 5, 6]], \"g\": [2, 1]}");
    assertThat(data.count("N")).isEqualTo(2);
    assertThat(data.reals("y", 2)).containsExactly(1, 2.5);
    assertThat(data.matrix("x", 2, 3)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(data.indices("g", 2, 2)).containsExactly(1, 0);
    assertThat(data.has("z")).isFalse();
    assertThat(data.unread()).isEmpty();
  }

  @Test
  void singleColumnMayBeAPlainListAndSingleValueAPlainNumber() {
    assertThat(data("{\"x\": [1, 2]}").matrix("x", 2, 1)).containsExactly(1, 2);
    assertThat(data("{\"y\": 3}").reals("y", 1)).containsExactly(3);
  }

  @Test
  void malformedJsonIsPlacedByLineAndColumn() {
    refused(() -> data("{\"J\": 2,\n \"y\": [1 2]}"))
        .hasMessageContaining("malformed JSON at line 2, column")
        .hasMessageContaining("comma")
        .hasMessageContaining("Likely fix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"J\": 1", "{\"J\": 1} x", "{\"J\": 1, \"J\": 2}", "{J: 1}"})
  void truncatedTrailingAndRepeatedTextIsMalformed(String json) {
    refused(() -> data(json)).hasMessageContaining("malformed JSON at line 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1, 2]", "3"})
  void anythingButAnObjectIsRefused(String json) {
    refused(() -> data(json)).hasMessageContaining("one JSON object");
  }

  @Test
  void missingKeyIsNamedWithTheNearestPresent() {
    refused(() -> data("{\"J\": 2, \"sgma\": [1, 2]}").reals("sigma", 2))
        .hasMessageContaining("'sigma' is missing")
        .hasMessageContaining("There are: J, sgma")
        .hasMessageContaining("rename 'sgma'");
    refused(() -> data("{\"J\": 2}").reals("y", 2))
        .hasMessageContaining("'y' is missing")
        .hasMessageContaining("add \"y\"");
  }

  @Test
  void wrongLengthSaysBoth() {
    refused(() -> data("{\"y\": [1, 2, 3]}").reals("y", 2))
        .hasMessageContaining("'y' has 3 numbers, expected 2");
    refused(() -> data("{\"x\": [[1, 2], [3]]}").matrix("x", 2, 2))
        .hasMessageContaining("'x' has 1 numbers in row 2, expected 2");
    refused(() -> data("{\"x\": [[1, 2]]}").matrix("x", 2, 2))
        .hasMessageContaining("'x' has 1 rows, expected 2");
    refused(() -> data("{\"x\": [1, 2, 3, 4]}").matrix("x", 2, 2))
        .hasMessageContaining("'x' has 4 rows, expected 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "\"NaN\"", "Infinity", "-Infinity", "null", "\"x\"", "true", "1e999"})
  void whatIsNoFiniteNumberIsNamedByKeyAndIndex(String value) {
    refused(() -> data("{\"y\": [1, " + value + "]}").reals("y", 2))
        .hasMessageContaining("'y'")
        .hasMessageContaining("index [2]")
        .hasMessageContaining("finite number")
        .hasMessageContaining("Likely fix");
  }

  @Test
  void indexOfAMatrixHasBothPlaces() {
    refused(() -> data("{\"x\": [[1, 2], [3, NaN]]}").matrix("x", 2, 2))
        .hasMessageContaining("index [2,2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.5", "\"2\"", "[2]", "1e12", "null"})
  void sizesMustBeWhole(String value) {
    refused(() -> data("{\"J\": " + value + "}").count("J"))
        .hasMessageContaining("'J' must be a whole number");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void sizesMustBePositive(int value) {
    refused(() -> data("{\"J\": " + value + "}").count("J"))
        .hasMessageContaining("'J' is a size and must be at least 1, got " + value);
  }

  @Test
  void negativeScaleCountAndIndexAreNamed() {
    refused(() -> data("{\"s\": [1, -2]}").positives("s", 2))
        .hasMessageContaining("'s' must be positive, got -2.0 at index [2]");
    refused(() -> data("{\"y\": [1, -2]}").counts("y", 2))
        .hasMessageContaining("'y' must hold counts")
        .hasMessageContaining("got -2.0 at index [2]");
    refused(() -> data("{\"y\": [0.5]}").counts("y", 1)).hasMessageContaining("got 0.5");
    refused(() -> data("{\"g\": [1, 3]}").indices("g", 2, 2))
        .hasMessageContaining("'g' must hold whole numbers from 1 to 2, got 3.0 at index [2]");
    refused(() -> data("{\"g\": [0]}").indices("g", 1, 2)).hasMessageContaining("got 0.0");
  }

  @Test
  void tellsWhatNobodyRead() {
    StanData data = data("{\"N\": 1, \"trial\": [2]}");
    data.count("N");
    assertThat(data.unread()).containsExactly("trial");
  }

  @Test
  void missingFileIsNamed(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> StanData.read(folder.resolve("none.json")))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("none.json' does not exist");
    Path file = Files.writeString(folder.resolve("d.json"), "{\"J\": 3}");
    assertThat(StanData.read(file).count("J")).isEqualTo(3);
  }
}
