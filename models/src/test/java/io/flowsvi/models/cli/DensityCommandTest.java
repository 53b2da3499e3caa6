package io.flowsvi.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The density command from file to files, and its mistakes. */
class DensityCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(List.of(), new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private Path csv(String text) throws Exception {
    Path file = folder.resolve("data.csv");
    Files.writeString(file, text);
    return file;
  }

  @Test
  void fitsAToyAndWritesWhatItPromises() throws Exception {
    Path target = folder.resolve("out");
    int code =
        run(
            "density",
            "moons",
            "--rows",
            "400",
            "--epochs",
            "2",
            "--flow",
            "realnvp",
            "--samples",
            "50",
            "--out",
            target.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("realnvp on moons (400 rows, 2 columns)", "nats a row");
    JsonNode summary = new ObjectMapper().readTree(target.resolve("summary.json").toFile());
    assertThat(summary.get("validation_nll").isNumber()).isTrue();
    assertThat(summary.get("rows").asInt()).isEqualTo(400);
    assertThat(Files.readAllLines(target.resolve("samples.csv")))
        .hasSize(51)
        .first()
        .isEqualTo("x1,x2");
    assertThat(ImageIO.read(target.resolve("samples.png").toFile())).isNotNull();
    assertThat(ImageIO.read(target.resolve("learning.png").toFile())).isNotNull();
  }

  @Test
  void readsACsvWithAHeader() throws Exception {
    StringBuilder text = new StringBuilder("height,weight,age\n");
    for (int i = 0; i < 60; i++) {
      text.append(Math.sin(i))
          .append(',')
          .append(Math.cos(2.0 * i))
          .append(',')
          .append(i)
          .append('\n');
    }
    assertThat(
            run("density", csv(text.toString()).toString(), "--flow", "gaussian", "--epochs", "1"))
        .isZero();
    assertThat(out.toString()).contains("(60 rows, 3 columns)");
  }

  @Test
  void aCellThatIsNoNumberIsNamed() throws Exception {
    assertThat(run("density", csv("a,b\n1,2\n3,x\n").toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("line 3, column 2: 'x' is no number")
        .doesNotContain("at io.flowsvi");
  }

  @Test
  void aShortLineIsNamed() throws Exception {
    assertThat(run("density", csv("1,2\n3\n").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("line 2: 1 cells, expected 2");
  }

  @Test
  void anUnknownFlowOffersTheNearest() {
    assertThat(run("density", "moons", "--flow", "mfa")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown flow 'mfa'", "'maf'");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(run("density", "nowhere.csv")).isEqualTo(2);
    assertThat(err.toString()).contains("'nowhere.csv' does not exist");
  }

  @Test
  void fitsTheDigitsAndShowsPictures() throws Exception {
    Path target = folder.resolve("out");
    int code =
        run(
            "density",
            "digits",
            "--flow",
            "glow",
            "--epochs",
            "1",
            "--samples",
            "20",
            "--out",
            target.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("glow on digits (1797 rows, 64 columns)")
        .containsPattern("nats a row = \\d\\.\\d{4} bits a dimension");
    // Two rows of ten pictures of 8 x 8 cells of 6 pixels, and gaps of 4.
    assertThat(ImageIO.read(target.resolve("samples.png").toFile()).getHeight()).isEqualTo(108);
    assertThat(ImageIO.read(target.resolve("data.png").toFile()).getWidth()).isEqualTo(524);
  }

  @Test
  void anImageFlowOnOtherDataIsRefused() {
    assertThat(run("density", "moons", "--flow", "glow")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Flow 'glow' works on images, and 'moons' has none. Likely fix: DATA digits");
  }

  @Test
  void aContinuousFlowReportsItsEvaluations() {
    int code = run("density", "eight-gaussians", "--flow", "cnf", "--rows", "300", "--epochs", "2");
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("cnf on eight-gaussians (300 rows, 2 columns)");
    assertThat(err.toString())
        .containsPattern("epoch 2: training .* evaluations a solve, at most [0-9]+\n");
  }
}
