package io.flowsvi.ppl.assertions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import org.junit.jupiter.api.Test;

/** The assertions accept what is so and say what is not. */
class DistributionAssertTest {
  @Test
  void acceptsWhatIsSo() {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            DistributionAssert.assertThat(Normal.of(1, 2))
                .hasEventShape()
                .hasMean(new double[] {1}, within(0.0))
                .hasVariance(new double[] {4}, within(1e-15))
                .hasCdf(1, 0.5, within(1e-15))
                .hasLogProb(
                    new double[] {1}, -0.5 * Math.log(2 * Math.PI) - Math.log(2), within(1e-14))
                .allows(-7)
                .refuses(Double.NaN);
            DistributionAssert.assertThat(
                    Dirichlet.of(arena.tensor(new double[] {1, 2, 3}, Shape.of(3))))
                .hasEventShape(3)
                .hasMean(new double[] {1 / 6.0, 1 / 3.0, 0.5}, within(1e-15))
                .drawsFromItsSupport(Seed.of(4), 50)
                .refuses(0.5, 0.5, 0.5);
            return true;
          });
    }
  }

  @Test
  void saysWhatIsNot() {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            DistributionAssert normal = DistributionAssert.assertThat(Normal.of(1, 2));
            assertThatThrownBy(() -> normal.hasEventShape(3))
                .hasMessageContaining("Expected Normal with events (3), but they are ()");
            assertThatThrownBy(() -> normal.hasMean(new double[] {2}, within(0.1)))
                .hasMessageContaining("expected 2.0, but it is 1.0");
            assertThatThrownBy(() -> normal.refuses(3))
                .hasMessageContaining("Expected Normal to refuse [3.0]");
            DistributionAssert categorical =
                DistributionAssert.assertThat(
                    Categorical.logits(arena.tensor(new double[] {0, 0}, Shape.of(2))));
            assertThatThrownBy(() -> categorical.hasMean(new double[] {0}, within(0.1)))
                .hasMessageContaining("Categorical does not know its mean");
            assertThatThrownBy(() -> categorical.allows(2))
                .hasMessageContaining("Expected Categorical to allow [2.0]");
            return true;
          });
    }
  }
}
