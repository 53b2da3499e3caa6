package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Minibatches are honest: their mean bound is that of all the data. */
class MinibatchTest {
  private static final int ROWS = 10;
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1, 0.9, -2.5, 4.4, 1.0, 0.2, 6.3};

  private record Rows(double[] y, int[] ids) {}

  private static Rows cut(int[] ids) {
    return new Rows(Arrays.stream(ids).mapToDouble(i -> Y[i]).toArray(), ids);
  }

  private static final Model<Rows> MODEL =
      (ctx, d) -> {
        Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
        ctx.plate(
            Plate.batch("row", d.ids(), ROWS),
            () ->
                ctx.observe(Problems.Y, Normal.of(mu, 2), ctx.data(d.y(), Shape.of(d.y().length))));
      };

  @Test
  void meanBoundOfAllBatchesIsThatOfAllTheData() {
    try (Session session = Session.open(12)) {
      ParamStore params = Problems.params(session);
      Rows all = cut(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
      ModelStructure structure = ModelStructure.of(session, MODEL, all);
      ScorableGuide<Object> guide = Problems.meanField(structure, params);
      Target<Rows> target =
          new Target<>(session, params, structure, MODEL, guide, Queries.eager(session));
      // Batches of 4, 4 and a ragged 2.
      Batches<Rows> batches = Batches.shuffled(ROWS, 4, Seed.of(8), MinibatchTest::cut);
      assertThat(batches.perEpoch()).isEqualTo(3);
      int steps = 3 * 1_000;
      double[] bounds = new double[steps];
      double[] ragged = new double[steps / 3];
      for (int step = 0; step < steps; step++) {
        Rows batch = batches.batch(step);
        double[] weights = target.logWeights(batch, 4, Seed.of(99).fold(step));
        bounds[step] = Arrays.stream(weights).average().orElseThrow();
        if (step % 3 == 2) {
          assertThat(batch.y()).hasSize(2);
          ragged[step / 3] = bounds[step];
        }
      }
      Estimate full = Estimate.mean(target.logWeights(all, 40_000, Seed.of(7)));
      for (double[] some : new double[][] {bounds, ragged}) {
        Estimate mean = Estimate.mean(some);
        double error = Math.hypot(mean.standardError(), full.standardError());
        assertThat(mean.value()).isCloseTo(full.value(), within(3 * error));
        // Precise enough to notice a wrong scale: a fifth more or less of the likelihood is nats.
        assertThat(error).isLessThan(0.5);
      }
    }
  }
}
