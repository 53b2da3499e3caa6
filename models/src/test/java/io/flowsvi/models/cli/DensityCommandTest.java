package io.flowsvi.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
  void aFlowBringsItsOwnRate() throws Exception {
    String rows = csv("a,b\n" + "1,2\n3,5\n4,4\n0,1\n".repeat(5)).toString();
    String saved = folder.resolve("cnf.zip").toString();
    String[] fit = {"density", rows, "--flow", "cnf", "--epochs", "1", "--save", saved};
    assertThat(run(fit)).isZero();
    String[] other = Arrays.copyOf(fit, fit.length + 3);
    other[fit.length] = "--resume";
    other[fit.length + 1] = "--rate";
    other[fit.length + 2] = "0.002";
    assertThat(run(other)).isEqualTo(2);
    assertThat(err.toString()).contains("of 256 at 0.02 ", "of 256 at 0.002 ");
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
  void boundedDataAreFittedThroughTheirLogits() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append(i % 20 / 20.0).append(',').append(i % 7 / 7.0).append('\n');
    }
    String file = csv(text.toString()).toString();
    String[] fit = {"density", file, "--flow", "gaussian", "--epochs", "1", "--bounds", "0", "1"};
    assertThat(run(fit)).isZero();
    fit[8] = "0.5";
    assertThat(run(fit)).isEqualTo(2);
    assertThat(err.toString()).contains("is not between the bounds 0.0 and 0.5");
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

  @Test
  void aSavedFitIsLoadedScoredAndSampled() throws Exception {
    String file = folder.resolve("banana.flow").toString();
    String[] fit = {
      "density", "moons", "--rows", "100", "--epochs", "1", "--flow", "realnvp", "--save", file
    };
    assertThat(run(fit)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("Saved to " + file);
    assertThat(run("density", "moons", "--rows", "50", "--score", "moons", "--load", file))
        .isZero();
    Path target = folder.resolve("loaded");
    int code =
        run(
            "density",
            "--load",
            file,
            "--score",
            csv("x1,x2\n0.5,0.2\n-1,1\n").toString(),
            "--sample",
            "7",
            "--out",
            target.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString()).contains("realnvp of 2 columns from " + file, "over 2 rows");
    assertThat(Files.readAllLines(target.resolve("scores.csv"))).hasSize(3);
    assertThat(Files.readAllLines(target.resolve("samples.csv"))).hasSize(8);
  }

  @Test
  void aResumedFitPrintsWhatTheWholeOneDid() {
    String whole = folder.resolve("whole.flow").toString();
    String[] args = {
      "density", "moons", "--rows", "100", "--epochs", "2", "--flow", "realnvp", "--save", whole
    };
    assertThat(run(args)).isZero();
    String line = out.toString().split(" nats")[0];
    out.getBuffer().setLength(0);
    String[] again = java.util.Arrays.copyOf(args, args.length + 1);
    again[args.length] = "--resume";
    assertThat(run(again)).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith(line);
    again[2 + 1] = "101";
    assertThat(run(again)).isEqualTo(2);
    assertThat(err.toString()).contains("The checkpoint is of another fit");
  }

  @Test
  void oneAndTwoColumnsGetAPictureOfTheirDensity() throws Exception {
    StringBuilder text = new StringBuilder("height\n");
    for (int i = 0; i < 80; i++) {
      text.append(Math.sin(i) + 0.1 * Math.cos(9.0 * i)).append('\n');
    }
    Path gzipped = folder.resolve("one.csv.gz");
    try (java.io.OutputStream file =
        new java.util.zip.GZIPOutputStream(Files.newOutputStream(gzipped))) {
      file.write(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    Path target = folder.resolve("one");
    assertThat(runWith(gzipped.toString(), "maf", target)).as(err.toString()).isZero();
    assertThat(ImageIO.read(target.resolve("density.png").toFile())).isNotNull();
    Path two = folder.resolve("two");
    assertThat(runWith("circles", "gaussian", two)).as(err.toString()).isZero();
    assertThat(ImageIO.read(two.resolve("density.png").toFile())).isNotNull();
  }

  private int runWith(String data, String flow, Path target) {
    String[] fit = {"density", data, "--rows", "100", "--epochs", "1", "--flow", flow};
    String[] rest = {"--sample", "9", "--out", target.toString()};
    return run(Stream.of(fit, rest).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void anIdxFileIsFittedAsPixels() throws Exception {
    Path file = folder.resolve("few-images-idx3-ubyte");
    java.nio.ByteBuffer idx = java.nio.ByteBuffer.allocate(16 + 40 * 4);
    idx.putInt(0x803).putInt(40).putInt(2).putInt(2);
    for (int i = 0; i < 160; i++) {
      idx.put((byte) (i * 37 % 256));
    }
    Files.write(file, idx.array());
    assertThat(run("density", file.toString(), "--flow", "gaussian", "--epochs", "1")).isZero();
    assertThat(out.toString()).contains("(40 rows, 4 columns)", "bits a dimension");
  }

  @Test
  void aTableTooLargeForTheHeapGoesThroughAFile() throws Exception {
    DensityData read = DensityData.mapped(csv("a,b\n1,2\n3,4\n"), folder.resolve("t.rows"));
    assertThat(read.names()).containsExactly("a", "b");
    assertThat(read.first(9)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void optionsThatDoNotGoTogetherAreNamed() {
    assertThat(run("density")).isEqualTo(2);
    assertThat(err.toString()).contains("Give DATA to fit, or a saved density with --load FILE.");
    assertThat(run("density", "moons", "--resume")).isEqualTo(2);
    assertThat(err.toString()).contains("give --save, too");
    assertThat(run("density", "moons", "--schedule", "cosin")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown schedule 'cosin'");
    assertThat(run("density", "moons", "--sample", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--sample must be at least 1, got 0.");
    assertThat(run("density", "moons", "--samples", "9")).isEqualTo(2);
    assertThat(err.toString()).contains("give --out DIR, too");
    assertThat(run("density", "--load", "nowhere.flow")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no saved density at nowhere.flow.");
    assertThat(run("density", "moons", "--rows", "99", "--epochs", "1", "--score", "digits"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("The rows have 64 columns, the density has 2");
  }
}
