package io.flowsvi.models.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowsvi.flows.Vi;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports have exactly the groups, variables and shapes that their readers expect. */
class ExportTest {
  private static final int DRAWS = 120;
  @TempDir static Path folder;
  private static final Session SESSION = Session.open(5);
  private static Fit<EightSchools.Data> fit;
  private static Posterior<EightSchools.Data> posterior;

  @BeforeAll
  static void fit() {
    fit =
        Vi.fit(
            SESSION,
            new EightSchools(),
            EightSchools.Data.bundled(),
            FlowCatalog.library().guide("full-rank"),
            SviSettings.defaults().withSteps(60).withEvaluation(30, 50));
    posterior = fit.posterior();
  }

  @AfterAll
  static void close() {
    SESSION.close();
  }

  private static JsonNode arviz() throws Exception {
    Path file = folder.resolve("posterior.json");
    Map<String, Object> attributes =
        ArvizJson.attributes("full-rank", posterior.psis(DRAWS), fit.judgement(DRAWS));
    ArvizJson.write(posterior, DRAWS, attributes, file);
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<Integer> shape(JsonNode array) {
    List<Integer> shape = new ArrayList<>();
    JsonNode at = array;
    while (at.isArray()) {
      shape.add(at.size());
      for (JsonNode other : at) {
        assertThat(other.size()).isEqualTo(at.get(0).size());
      }
      at = at.get(0);
    }
    assertThat(at.isNumber()).isTrue();
    return shape;
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void hasTheGroupsThatArvizReadsAndNoOthers() throws Exception {
    JsonNode root = arviz();
    assertThat(names(root))
        .containsExactlyInAnyOrder(
            "posterior",
            "posterior_attrs",
            "posterior_predictive",
            "log_likelihood",
            "observed_data",
            "sample_stats",
            "sample_stats_attrs");
    Map<String, List<Integer>> expected =
        Map.of(
            "mu", List.of(1, DRAWS),
            "tau", List.of(1, DRAWS),
            "theta", List.of(1, DRAWS, 8));
    expected.forEach((name, s) -> assertThat(shape(root.get("posterior").get(name))).isEqualTo(s));
    for (String group : List.of("posterior_predictive", "log_likelihood")) {
      assertThat(names(root.get(group))).containsExactly("y");
      assertThat(shape(root.get(group).get("y"))).containsExactly(1, DRAWS, 8);
    }
    assertThat(shape(root.get("sample_stats").get("log_weight"))).containsExactly(1, DRAWS);
  }

  @Test
  void holdsTheNumbersOfThePosterior() throws Exception {
    JsonNode root = arviz();
    double[] tau = posterior.draws(new Latent("tau"), DRAWS).toArray();
    double[] likelihood = posterior.logLikelihood(new Observed("y"), DRAWS).toArray();
    double[] y = EightSchools.Data.bundled().y();
    for (int i = 0; i < DRAWS; i++) {
      assertThat(root.at("/posterior/tau/0/" + i).doubleValue()).isEqualTo(tau[i]);
      assertThat(root.at("/log_likelihood/y/0/" + i + "/3").doubleValue())
          .isEqualTo(likelihood[8 * i + 3]);
    }
    for (int k = 0; k < 8; k++) {
      assertThat(root.at("/observed_data/y/" + k).doubleValue()).isEqualTo(y[k]);
    }
    JsonNode attributes = root.get("posterior_attrs");
    assertThat(attributes.get("inference_method").textValue())
        .isEqualTo("variational inference, guide full-rank");
    assertThat(attributes.get("pareto_k_hat").doubleValue())
        .isCloseTo(posterior.psis(DRAWS).kHat(), within(1e-12));
  }

  @Test
  void looHasOneNumberForEachRow() throws Exception {
    Path file = folder.resolve("loo.json");
    ArvizJson.writeLoo(posterior, DRAWS, file);
    JsonNode y = new ObjectMapper().readTree(file.toFile()).get("y");
    assertThat(names(y)).containsExactly("elpd_loo", "se", "p_loo", "loo_i", "pareto_k");
    double sum = 0;
    for (JsonNode row : y.get("loo_i")) {
      sum += row.doubleValue();
    }
    assertThat(y.get("loo_i")).hasSize(8);
    assertThat(y.get("pareto_k")).hasSize(8);
    assertThat(y.get("elpd_loo").doubleValue()).isCloseTo(sum, within(1e-9)).isNegative();
  }

  @Test
  void theStructureIsDrawnWithItsPlates() {
    String dot = ModelDot.of(fit.structure(), posterior.dependencies());
    assertThat(dot)
        .startsWith("digraph model {")
        .contains("label=\"school (8)\"")
        .contains("\"mu\" [label=\"mu\\n~ Normal\", shape=ellipse]")
        .contains("\"y\" [label=\"y\\n~ Normal\", shape=ellipse, style=filled")
        .contains("\"theta\" [label=\"theta\", shape=box, style=rounded]");
    assertThat(dot).contains("\"mu\" -> \"y\"", "\"tau\" -> \"y\"", "\"eta\" -> \"y\"");
    assertThat(dot).doesNotContain("-> \"mu\"", "-> \"eta\"", "-> \"tau\"");
    assertThat(dot.chars().filter(c -> c == '{').count())
        .isEqualTo(dot.chars().filter(c -> c == '}').count());
  }

  @Test
  void theStructureIsAPictureWithArrows() throws Exception {
    String svg = ModelSvg.of(fit.structure(), posterior.dependencies());
    var document =
        javax.xml.parsers.DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new java.io.ByteArrayInputStream(
                    svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    // mu, tau and eta to y, and the tip itself.
    assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(3 + 1);
    // Five sites and the plate.
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(5 + 1);
    assertThat(svg).contains(">school (8)<", ">theta<", ">HalfCauchy<");
  }

  @Test
  void pairsAreDrawn() throws Exception {
    Path file = folder.resolve("pairs.png");
    Pictures.pairs(posterior.draws(posterior.sites(), DRAWS), file);
    var picture = javax.imageio.ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isEqualTo(picture.getHeight()).isGreaterThan(300);
    assertThat(Files.size(file)).isGreaterThan(1_000L);
  }
}
