package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static final Latent THETA = new Latent("theta");
  private final Draws matrix =
      new Draws(
          THETA,
          Shape.of(2),
          List.of("theta[1]", "theta[2]"),
          new double[] {1, 10, 2, 30, 3, 20, 6, 40});
  private final Draws scalar =
      new Draws(new Latent("mu"), Shape.scalar(), List.of("mu"), new double[] {4, 1, 3, 2});

  @Test
  void statisticsOfOneNumber() {
    assertThat(scalar.mean()).isEqualTo(2.5);
    assertThat(scalar.sd()).isCloseTo(Math.sqrt(5 / 3.0), within(1e-14));
    assertThat(scalar.mcse()).isCloseTo(Math.sqrt(5 / 12.0), within(1e-14));
    assertThat(scalar.quantile(0.5)).isEqualTo(2.5);
    assertThat(scalar.quantile(0)).isEqualTo(1);
    assertThat(scalar.quantile(1)).isEqualTo(4);
    assertThat(scalar.quantile(0.25)).isEqualTo(1.75);
  }

  @Test
  void statisticsOfEachScalar() {
    assertThat(matrix.means()).containsExactly(3, 25);
    assertThat(matrix.quantiles(1)).containsExactly(6, 40);
    assertThat(matrix.sds()[0]).isCloseTo(matrix.at(0).sd(), within(0.0));
    assertThat(matrix.mcses()[1]).isCloseTo(matrix.at(1).mcse(), within(0.0));
  }

  @Test
  void oneElementAndOneDraw() {
    assertThat(matrix.at(1).toArray()).containsExactly(10, 30, 20, 40);
    assertThat(matrix.at(1).names()).containsExactly("theta[2]");
    assertThat(matrix.draw(2)).containsExactly(3, 20);
    assertThat(matrix.count()).isEqualTo(4);
  }

  @Test
  void picksDrawsByNumber() {
    assertThat(matrix.pick(3, 0, 3).toArray()).containsExactly(6, 40, 1, 10, 6, 40);
  }

  @Test
  void statisticsOfSeveralNumbersSayWhatToAskInstead() {
    assertThatThrownBy(matrix::mean)
        .hasMessage(
            "Draws of 'theta' have shape (2): mean() is of one number. Likely fix: draws.at(0).mean() for one of"
                + " them, draws.means() for all.");
    assertThatThrownBy(() -> matrix.quantile(0.5)).hasMessageContaining("draws.quantiles()");
  }

  @Test
  void elementsThatDoNotExistAreNamed() {
    assertThatThrownBy(() -> matrix.at(2)).hasMessageContaining("there is no element [2]");
    assertThatThrownBy(() -> matrix.at(0, 1)).hasMessageContaining("at() takes 1 indices");
    assertThatThrownBy(() -> scalar.quantile(1.5)).hasMessageContaining("got 1.5");
  }

  @Test
  void summaryHasARowPerScalarAndReadsAsATable() {
    Summary summary = Summary.of(List.of(scalar, matrix));
    assertThat(summary.rows())
        .extracting(Summary.Row::name)
        .containsExactly("mu", "theta[1]", "theta[2]");
    Summary.Row row = summary.rows().get(2);
    assertThat(row.mean()).isEqualTo(25);
    assertThat(row.q5()).isCloseTo(11.5, within(1e-12));
    assertThat(row.q95()).isCloseTo(38.5, within(1e-12));
    assertThat(summary.table().lines().toList())
        .hasSize(4)
        .first()
        .asString()
        .matches("site\\s+mean\\s+sd\\s+mcse\\s+5%\\s+50%\\s+95%");
    assertThat(summary.table()).contains("theta[2]      25.00");
  }
}
