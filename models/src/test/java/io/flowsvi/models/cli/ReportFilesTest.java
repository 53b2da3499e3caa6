package io.flowsvi.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --out} writes can be read back, and agrees with itself. */
class ReportFilesTest {
  private static final int DRAWS = 400;
  @TempDir static Path folder;
  private static String printed;

  @BeforeAll
  static void fit() {
    StringWriter out = new StringWriter();
    int code =
        Main.run(
            List.of(),
            new PrintWriter(out, true),
            new PrintWriter(new StringWriter()),
            "fit eight-schools --family full-rank --seed 7 --steps 60 --particles 4 --draws 400 --out"
                .concat(" " + folder.resolve("deep/er"))
                .split(" "));
    assertThat(code).isZero();
    printed = out.toString();
    folder = folder.resolve("deep/er");
  }

  private static JsonNode json() throws Exception {
    return new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
  }

  private static List<double[]> rows() throws Exception {
    List<double[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("draws.csv")).subList(1, DRAWS + 1)) {
      String[] cells = line.split(",");
      double[] row = new double[cells.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = Double.parseDouble(cells[i]);
      }
      rows.add(row);
    }
    return rows;
  }

  @Test
  void jsonHasTheFieldsThatReadersExpect() throws Exception {
    JsonNode root = json();
    assertThat(root.get("model").asText()).isEqualTo("eight-schools");
    assertThat(root.get("family").asText()).isEqualTo("full-rank");
    assertThat(root.get("seed").asLong()).isEqualTo(7);
    assertThat(root.get("steps").asLong()).isEqualTo(60);
    for (String number : List.of("k_hat", "elbo", "elbo_se", "seconds")) {
      assertThat(root.get(number).isNumber()).as(number).isTrue();
    }
    Set<String> names = new HashSet<>();
    root.get("variables").fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactlyInAnyOrder(
            "mu",
            "tau",
            "theta[1]",
            "theta[2]",
            "theta[3]",
            "theta[4]",
            "theta[5]",
            "theta[6]",
            "theta[7]",
            "theta[8]");
    for (JsonNode variable : root.get("variables")) {
      for (String number : List.of("mean", "sd", "mcse", "q5", "q50", "q95")) {
        assertThat(variable.get(number).isNumber()).as(number).isTrue();
      }
      assertThat(variable.get("q5").asDouble()).isLessThan(variable.get("q50").asDouble());
      assertThat(variable.get("q50").asDouble()).isLessThan(variable.get("q95").asDouble());
      assertThat(variable.get("mcse").asDouble() * Math.sqrt(DRAWS))
          .isCloseTo(variable.get("sd").asDouble(), within(1e-9));
    }
  }

  @Test
  void drawsHaveCmdStansNamesAndTheMeansOfTheSummary() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("draws.csv"));
    assertThat(lines.get(0))
        .isEqualTo("mu,tau,theta.1,theta.2,theta.3,theta.4,theta.5,theta.6,theta.7,theta.8");
    assertThat(lines).hasSize(DRAWS + 1);
    double[] means = new double[10];
    for (double[] row : rows()) {
      assertThat(row).hasSize(10);
      assertThat(row[1]).isPositive();
      for (int i = 0; i < 10; i++) {
        means[i] += row[i] / DRAWS;
      }
    }
    JsonNode variables = json().get("variables");
    assertThat(variables.get("tau").get("mean").asDouble()).isCloseTo(means[1], within(1e-9));
    assertThat(variables.get("theta[8]").get("mean").asDouble()).isCloseTo(means[9], within(1e-9));
  }

  @Test
  void textIsWhatWasPrinted() throws Exception {
    String text = Files.readString(folder.resolve("summary.txt"));
    assertThat(printed).startsWith(text).contains("Written to", folder.toString());
  }

  @Test
  void picturesDecodeAndAreNotBlank() throws Exception {
    for (String name :
        List.of(
            "elbo.png",
            "marginals.png",
            "pairs.png",
            "posterior-predictive-y.png",
            "prior-predictive-y.png")) {
      BufferedImage image = ImageIO.read(folder.resolve(name).toFile());
      assertThat(image).as(name).isNotNull();
      assertThat(image.getWidth()).isGreaterThan(300);
      Set<Integer> colours = new HashSet<>();
      for (int x = 0; x < image.getWidth(); x += 3) {
        for (int y = 0; y < image.getHeight(); y += 3) {
          colours.add(image.getRGB(x, y));
        }
      }
      assertThat(colours).as(name).hasSizeGreaterThan(5);
    }
  }

  @Test
  void nothingElseIsLeftInTheFolder() throws Exception {
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "draws.csv",
              "summary.json",
              "summary.txt",
              "elbo.png",
              "marginals.png",
              "pairs.png",
              "posterior-predictive-y.png",
              "prior-predictive-y.png",
              "posterior.json",
              "posterior.flowsvi",
              "loo.json",
              "model.dot",
              "model.svg");
    }
  }
}
