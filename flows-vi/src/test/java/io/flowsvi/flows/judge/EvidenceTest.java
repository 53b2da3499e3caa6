package io.flowsvi.flows.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Corrected;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.flows.verdict.Row;
import io.flowsvi.flows.verdict.Untrusted;
import io.flowsvi.ppl.dist.Cauchy;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.junit.jupiter.api.Test;

/** What a judgement rests on, found in real fits. */
class EvidenceTest {
  private static final Latent X = new Latent("x");
  private static final Latent MU = new Latent("mu");
  private static final Latent THETA = new Latent("theta");

  private static final double[] Y = {-1, 0.5, 2, 0.1};

  private static List<String> deciding(AutoFit<?> fit) {
    return fit.judgement().deciding().stream().map(Check::name).toList();
  }

  /**
   * Two observations far apart under a Cauchy: the climbs from (−2, 2) find the mode at 0 alone.
   */
  @Test
  void restartFindsTheModeThatTheFirstClimbsMissed() {
    Model<double[]> outlier =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 100));
          ctx.plate(
              Plate.of("row", y.length),
              () -> {
                Tensor data = ctx.data(y, Shape.of(y.length));
                ctx.observe(new Observed("y"), Cauchy.of(x, Tensor.number(1)), data);
              });
        };
    try (Session session = Session.open(1)) {
      AutoFit<double[]> fit = Vi.fit(session, outlier, new double[] {0, 50});
      assertThat(fit.rung()).isEqualTo("restart");
      assertThat(fit.modes()).hasSize(2);
      assertThat(fit.judgement()).isInstanceOf(Corrected.class);
      assertThat(deciding(fit)).containsExactly("restarts");
      assertThat(fit.judgement().words()).contains("missed by the first climbs and taken in");
      double[] x = fit.draws().draws(X).toArray();
      double above = java.util.Arrays.stream(x).filter(v -> v > 25).count();
      // Symmetric but for the prior, whose ratio at 50 and 0 is exp(-1/8).
      assertThat(above / x.length).isCloseTo(0.47, within(0.03));
    }
  }

  /** Twenty narrow modes: each restart finds more of them. */
  @Test
  void modesBeyondCountingAreReported() {
    Model<Object> comb =
        (ctx, none) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 300));
          List<Tensor> teeth = new ArrayList<>();
          for (int k = -10; k < 10; k++) {
            teeth.add(x.minus(17 + 40 * k).square().times(-2));
          }
          ctx.factor(new Factor("comb"), Tensor.stack(teeth, 0).logSumExp(0));
        };
    try (Session session = Session.open(1)) {
      AutoFit<Object> fit = Vi.fit(session, comb, "none");
      assertThat(fit.judgement()).isInstanceOf(Untrusted.class);
      assertThat(deciding(fit)).contains("restarts");
      assertThat(fit.judgement().words()).contains("climbs from new starts found", "miss");
    }
  }

  @Test
  void meanOfCauchyIsNotVouchedFor() {
    Model<Object> model = (ctx, none) -> ctx.sample(X, HalfCauchy.of(1));
    try (Session session = Session.open(1)) {
      AutoFit<Object> fit = Vi.fit(session, model, "none");
      assertThat(fit.judgement()).isInstanceOf(Corrected.class);
      assertThat(deciding(fit)).containsExactly("quantities");
      assertThat(fit.worst().name()).isEqualTo("x");
    }
  }

  private static Model<double[]> rows() {
    return (ctx, y) -> {
      Tensor mu = ctx.sample(MU, Normal.of(0, 1));
      ctx.plate(
          Plate.of("row", y.length),
          () -> {
            Tensor theta = ctx.sample(THETA, Normal.of(mu, 1));
            ctx.observe(new Observed("y"), Normal.of(theta, 1), ctx.data(y, Shape.of(y.length)));
          });
    };
  }

  private static Climb<double[]> climb(Session session, Model<double[]> model) {
    ModelStructure structure = ModelStructure.of(session, model, Y);
    Budget budget = new Budget(AutoSettings.defaults(), System.nanoTime());
    BatchLogDensity density = BatchLogDensity.of(session, structure, model, Y);
    return new Climb<>(
        session,
        structure,
        model,
        Y,
        new CountedDensity(density, budget),
        List.of(),
        session.seed());
  }

  /** Posterior (μ, θ): precision 1 + 4 for μ, 2 for each θ, −1 between them; all rows alike. */
  private static StudentMixture posterior(int narrowed) {
    double[][] precision = new double[5][5];
    double[] b = new double[5];
    precision[0][0] = 5;
    for (int n = 1; n < 5; n++) {
      precision[n][n] = 2;
      precision[0][n] = -1;
      precision[n][0] = -1;
      b[n] = Y[n - 1];
    }
    var inverse = new LUDecomposition(new Array2DRowRealMatrix(precision)).getSolver();
    double[][] c = inverse.getInverse().getData();
    double[] mean = inverse.getInverse().operate(b);
    // θ of the row at half its distance from its conditional mean (μ + y)/2.
    double[][] map = new double[5][5];
    for (int i = 0; i < 5; i++) {
      map[i][i] = i == narrowed ? 0.5 : 1;
    }
    if (narrowed > 0) {
      map[narrowed][0] = 0.25;
      mean[narrowed] = 0.5 * mean[narrowed] + 0.25 * (mean[0] + Y[narrowed - 1]);
    }
    var t = new Array2DRowRealMatrix(map);
    double[][] s = t.multiply(new Array2DRowRealMatrix(c)).multiply(t.transpose()).getData();
    double[] flat = java.util.Arrays.stream(s).flatMapToDouble(java.util.Arrays::stream).toArray();
    return StudentMixture.of(StudentT.of(mean, flat, Double.POSITIVE_INFINITY));
  }

  /** Half as wide as its posterior a row has k = 1 − ¼; the others have none. */
  @Test
  void rowWithATooNarrowGuideIsNamed() {
    try (Session session = Session.open(1)) {
      Climb<double[]> climb = climb(session, rows());
      StudentMixture q = posterior(2);
      double[] points = q.draw(session.seed().fold("q"), 20_000).points();
      List<Row> found = PlateRows.of(climb, q, points, session.seed());
      assertThat(found)
          .extracting(Row::name)
          .containsExactly("row[1]", "row[2]", "row[3]", "row[4]");
      assertThat(found.get(1).kHat()).isBetween(0.55, 0.9);
      assertThat(List.of(found.get(0), found.get(2), found.get(3)))
          .allSatisfy(r -> assertThat(r.kHat()).isLessThan(0.35));
      q = posterior(0);
      points = q.draw(session.seed().fold("q"), 4_000).points();
      assertThat(PlateRows.of(climb, q, points, session.seed()))
          .allSatisfy(r -> assertThat(r.grade()).isEqualTo(Grade.TRUSTED));
    }
  }

  @Test
  void rowsThatDependOnEachOtherHaveNoWeightsOfTheirOwn() {
    Model<double[]> summed =
        (ctx, y) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          Tensor theta =
              ctx.plate(Plate.of("row", y.length), () -> ctx.sample(THETA, Normal.of(mu, 1)));
          ctx.factor(new Factor("sum"), theta.sum(-1).unsqueeze(-1).negate());
        };
    try (Session session = Session.open(1)) {
      StudentMixture q = posterior(0);
      double[] points = q.draw(session.seed(), 1_000).points();
      assertThat(PlateRows.of(climb(session, summed), q, points, session.seed())).isEmpty();
    }
  }
}
