package io.flowsvi.flows.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.density.DensityCheckpoint;
import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.DensityTrainer;
import io.flowsvi.flows.density.EpochReport;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What batch normalisation does in training, and what it is afterwards. */
class BatchNormTest {
  private static final double ROUNDING = 1e-10;
  private static final int ROWS = 50;

  private static double[] skewed(int rows, long seed) {
    try (Session session = Session.open(1)) {
      return session.compute(
          a -> {
            Tensor z = a.normal(Seed.of(seed), Shape.of(rows, 2));
            return z.times(0.7).exp().plus(z.square().times(3)).toDoubles();
          });
    }
  }

  private static Values numbers(io.flowsvi.ppl.tensor.Arena a, double[] all) {
    Shape two = Shape.of(2);
    return new Values(
        Map.of(
            "mean", a.tensor(new double[] {all[0], all[1]}, two),
            "logVariance", a.tensor(new double[] {all[2], all[3]}, two),
            "shift", a.tensor(new double[] {all[4], all[5]}, two),
            "logScale", a.tensor(new double[] {all[6], all[7]}, two)));
  }

  private static final double[] START = {9, 9, 9, 9, 0.3, -0.2, 0.5, -1};

  @Test
  void inTrainingEachBatchLeavesWithTheShiftAsMeanAndTheScaleAsDeviation() {
    double[] x = skewed(ROWS, 2);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Estimated out =
                new BatchNorm(2)
                    .trained()
                    .forward(numbers(a, START), a.tensor(x, Shape.of(ROWS, 2)), Seed.of(1));
            double[] mean = out.value().mean(0).toDoubles();
            double[] square = out.value().minus(out.value().mean(0)).square().mean(0).toDoubles();
            for (int i = 0; i < 2; i++) {
              assertThat(mean[i]).isCloseTo(START[4 + i], within(ROUNDING));
              // The least variance, 1e-5 beside one of about 10, is all that is missing.
              assertThat(Math.sqrt(square[i]))
                  .isCloseTo(Math.exp(START[6 + i]), within(1e-5 * Math.exp(START[6 + i])));
            }
            return null;
          });
    }
  }

  @Test
  void settledOnTheRowsOfABatchItIsTheMapOfTraining() {
    BatchNorm layer = new BatchNorm(2);
    double[] x = skewed(ROWS, 3);
    double[] settled = layer.settling().orElseThrow().apply(START, x);
    assertThat(settled).endsWith(0.3, -0.2, 0.5, -1);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor rows = a.tensor(x, Shape.of(ROWS, 2));
            Estimated batch = layer.trained().forward(numbers(a, START), rows, Seed.of(1));
            var fixed = layer.bind(numbers(a, settled)).forward(rows);
            assertThat(fixed.value().toDoubles())
                .containsExactly(batch.value().toDoubles(), within(ROUNDING));
            assertThat(fixed.logDet().item()).isCloseTo(batch.logDet().item(), within(ROUNDING));
            return null;
          });
    }
  }

  /** Through mean and variance, too: without them training would push scales without end. */
  @Test
  void theGradientKnowsOfTheStatistics() {
    double[] x = skewed(5, 4);
    double[] weights = skewed(5, 5);
    Shape shape = Shape.of(5, 2);
    java.util.function.Function<Tensor, Tensor> loss =
        rows -> {
          var arena = io.flowsvi.ppl.tensor.Arena.current();
          Estimated out =
              new BatchNorm(2).trained().forward(numbers(arena, START), rows, Seed.of(1));
          return out.value().times(arena.tensor(weights, shape)).sum().plus(out.logDet());
        };
    try (Session session = Session.open(1)) {
      double[] gradient =
          session.compute(a -> Tape.gradient(x, shape, loss::apply)).gradients().get(0);
      double h = 1e-5;
      for (int i = 0; i < x.length; i++) {
        double difference = 0;
        for (int side = -1; side <= 1; side += 2) {
          double[] moved = x.clone();
          moved[i] += side * h;
          difference +=
              side
                  * session.compute(a -> loss.apply(a.tensor(moved, shape)).sum().item())
                  / (2 * h);
        }
        assertThat(gradient[i]).isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
      }
    }
  }

  private static EstimatedFlow maf(ParamStore params) {
    EstimatedChain chain = EstimatedChain.of(2);
    for (int k = 0; k < 3; k++) {
      chain =
          chain
              .then(new MaskedAffine(2, 24, params.scope("made" + k)).withSequentialInverse())
              .then(new BatchNorm(2).trained())
              .then(new Reverse(2));
    }
    return chain.pullback(Constant.of(chain.exact(), params.scope("chain")));
  }

  /** Scores are those of a density: the fit's own draws have the entropy that it says. */
  @Test
  void afterAFitItIsADensity() {
    Rows rows = new Rows(skewed(1500, 6), 2);
    DensitySettings settings = DensitySettings.defaults().withEpochs(6).withLearningRate(5e-3);
    try (Session session = Session.open(1)) {
      ParamStore params = new ParamStore(Seed.of(7));
      DensityTrainer trainer = new DensityTrainer(session, params, maf(params), rows, settings);
      while (!trainer.finished()) {
        EpochReport report = trainer.epoch();
        assertThat(report.skipped()).isZero();
      }
      DensityFit fit = trainer.fit();
      double n = 160;
      double total = 0;
      double[] grid = new double[2 * (int) (n * n)];
      double width = 60;
      for (int i = 0; i < n * n; i++) {
        grid[2 * i] = -15 + width * ((int) (i / n) + 0.5) / n;
        grid[2 * i + 1] = -15 + width * (i % (int) n + 0.5) / n;
      }
      for (double score : fit.logProb(grid)) {
        total += Math.exp(score) * width * width / (n * n);
      }
      // Cells of 0.4 against a sharp edge at 0: the sum is that of midpoints.
      assertThat(total).isCloseTo(1, within(0.02));
      assertThat(fit.best().validation()).isLessThan(trainer.epochs().get(0).validation());
    }
  }

  @Test
  void aFitGoesOnFromACheckpointToTheSameBits() {
    Rows rows = new Rows(skewed(300, 8), 2);
    DensitySettings settings = DensitySettings.defaults().withEpochs(4).withBatchSize(90);
    double[][] scores = new double[2][];
    for (int run = 0; run < 2; run++) {
      try (Session session = Session.open(1)) {
        ParamStore params = new ParamStore(Seed.of(7));
        DensityTrainer trainer = new DensityTrainer(session, params, maf(params), rows, settings);
        trainer.epoch();
        trainer.epoch();
        if (run == 1) {
          DensityCheckpoint saved = trainer.checkpoint();
          params = new ParamStore(Seed.of(7));
          trainer = new DensityTrainer(session, params, maf(params), rows, settings);
          trainer.resume(saved);
        }
        trainer.epoch();
        trainer.epoch();
        scores[run] = trainer.fit().logProb(skewed(20, 9));
      }
    }
    assertThat(scores[1]).containsExactly(scores[0]);
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> new BatchNorm(0))
        .isInstanceOf(LayerException.class)
        .hasMessage("BatchNorm needs at least 1 dimension, got 0.");
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            assertThatThrownBy(
                    () ->
                        new BatchNorm(2)
                            .trained()
                            .forward(numbers(a, START), a.zeros(Shape.of(1, 2)), Seed.of(1)))
                .hasMessageContaining("a batch of 1 rows: one row has no variance");
            return null;
          });
    }
  }
}
