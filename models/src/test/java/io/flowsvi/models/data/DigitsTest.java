package io.flowsvi.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The bundled pictures are those of the repository. */
class DigitsTest {
  @Test
  void bundledPicturesAreThoseOfTheRepository() {
    Digits digits = Digits.bundled();
    assertThat(digits.count()).isEqualTo(1797);
    int[] counts = new int[10];
    Arrays.stream(digits.labels()).forEach(d -> counts[d]++);
    // The class counts that the repository's own description of the test part lists.
    assertThat(counts).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
    assertThat(Arrays.stream(digits.pixels()).sum()).isEqualTo(561_718);
    assertThat(Arrays.stream(digits.pixels()).max()).hasValue(Digits.MOST);
    assertThat(Arrays.stream(digits.pixels()).min()).hasValue(0);
    assertThat(Arrays.copyOf(digits.pixels(), 8)).containsExactly(0, 0, 5, 13, 9, 1, 0, 0);
  }

  @Test
  void partsKeepPixelsAndLabelsTogether() {
    Digits digits = Digits.bundled();
    Digits part = digits.part(1500, 1797);
    assertThat(part.count()).isEqualTo(297);
    assertThat(part.labels()[0]).isEqualTo(digits.labels()[1500]);
    assertThat(Arrays.copyOf(part.pixels(), 64))
        .containsExactly(Arrays.copyOfRange(digits.pixels(), 64 * 1500, 64 * 1501));
  }

  @Test
  void wrongPartsAreRefused() {
    Digits digits = Digits.bundled();
    assertThatThrownBy(() -> digits.part(5, 1798))
        .isInstanceOf(PplException.class)
        .hasMessage("There are 1797 pictures; none are from 5 to 1798.");
    assertThatThrownBy(() -> new Digits(new double[65], new int[1]))
        .hasMessage("Digits need 64 pixels to a label, got 65 pixels and 1 labels.");
  }
}
