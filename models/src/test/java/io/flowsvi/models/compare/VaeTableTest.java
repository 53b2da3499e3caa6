package io.flowsvi.models.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.models.vae.PaperOrder;
import io.flowsvi.models.vae.VaeGallery;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeResult;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables of made-up scores: what they say and how it is written. */
class VaeTableTest {
  /** Four images, the first two of which were scored with 100 samples. */
  private static VaeResult result(String flow, double... elbo) {
    double[] bound = new double[] {elbo[0] + 1, elbo[1] + 1, elbo[2] + 0.5, elbo[3] + 0.5};
    VaeScores scores =
        new VaeScores(
            elbo, elbo, bound, elbo, new int[] {100, 100, 10, 10}, new double[] {1, 0}, 16);
    double[] none = {};
    VaeGallery gallery = new VaeGallery(4, 4, none, none, none, none, none);
    VaeRecipe recipe = VaeRecipe.digits().withFlow(flow);
    return new VaeResult(recipe, 3, 50, 7, 8, 90, 12, List.of(-3.0), scores, gallery);
  }

  private static VaeTable table() {
    return new VaeTable(
        List.of(
            result("none", -9, -5, -7, -3),
            result("planar", -8.9, -5, -6.8, -2.9),
            result("iaf", -9.2, -4.8, -7.1, -2.9)),
        List.of("none", "planar", "iaf"),
        List.of(
            new PaperOrder("planar", "none"),
            new PaperOrder("none", "planar"),
            new PaperOrder("iaf", "none"),
            new PaperOrder("radial", "none")));
  }

  @Test
  void showsMeansOfEachSampleCount() {
    TextTable means = table().means();
    assertThat(means.header()).contains("NLL(S=100)", "NLL(S=10)").doesNotContain("NLL bpd");
    assertThat(means.rows().get(0))
        .startsWith("none", "50", "6.00", "6.00", "0.00", "6.00", "4.50")
        .endsWith("90", "12");
    assertThat(table().images()).contains("S = 100 on 2 test images, S = 10 on 2 test images");
  }

  /** The differences are 0.1, 0, 0.2 and 0.1: mean 0.1, standard error √(0.02/3/4). */
  @Test
  void pairsImagesAndChecksTheOrdersOfPapers() {
    TextTable orders = table().orders("order");
    assertThat(orders.rows()).hasSize(3);
    assertThat(orders.rows().get(0)).startsWith("planar above none", "3", "0.100 +/- 0.041", "2.4");
    assertThat(orders.rows())
        .extracting(r -> r.get(r.size() - 1))
        .containsExactly("yes", "no", "undecided");
    assertThat(table().gains().rows().get(0)).startsWith("planar", "3", "0.100 +/- 0.041");
    assertThat(table().toString()).contains("Gain over 'none'", "order of the paper");
  }

  @Test
  void writesMarkdownWithSettingsSeedsAndTime() {
    SessionSettings settings = SessionSettings.of(3).withBackend(Backend.JAVA);
    String text =
        VaeMarkdown.of(
            table(), VaeRecipe.digits(), new Provenance("flowsvi vae digits", settings, 2));
    assertThat(text)
        .contains("flowsvi vae digits", "| flow | params | -ELBO |", "|---|---:|---:|")
        .contains("rate 0.002, cooled along half a cosine to 0.01 of it", "Seeds: 3.")
        .contains("one thread a fit, 2 at a time; 5 minutes of training")
        .contains("| planar above none | 3 | 0.100 +/- 0.041 | 2.4 |");
  }

  @Test
  void refusesRowsOfAnotherLength() {
    assertThatThrownBy(() -> new TextTable(List.of("a", "b"), List.of(List.of("1"))))
        .hasMessageContaining("A row of 1 words under a header of 2: [1]");
  }
}
