package io.flowsvi.flows.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.verdict.Trusted;
import io.flowsvi.flows.verdict.Untrusted;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutoFitTest {
  private static final Latent X = new Latent("x");
  private static final Latent TAU = new Latent("tau");
  private static final Observed Y = new Observed("y");

  private static void conjugate(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 10));
    ctx.derive(new Derived("twice"), x.times(2));
    ctx.plate(
        Plate.of("row", y.length),
        () -> ctx.observe(Y, Normal.of(x, 2), ctx.data(y, Shape.of(y.length))));
  }

  /** Precision 1/100 + 3/4; the evidence of three normal values in closed form. */
  @Test
  void conjugateModelIsExactOnTheFirstRung() {
    try (Session session = Session.open(1)) {
      AutoFit<double[]> fit = Vi.fit(session, AutoFitTest::conjugate, new double[] {1, 4, 7});
      double precision = 0.01 + 0.75;
      double mean = 12.0 / 4 / precision;
      assertThat(fit.judgement()).isInstanceOf(Trusted.class);
      assertThat(fit.rung()).isEqualTo("laplace");
      assertThat(fit.rungs()).hasSize(1);
      Draws x = fit.draws().draws(X);
      double sd = 1 / Math.sqrt(precision);
      // Five standard errors of 10,000 draws.
      assertThat(x.mean()).isCloseTo(mean, within(0.05 * sd));
      assertThat(x.sd()).isCloseTo(sd, within(0.05 * sd));
      assertThat(fit.draws().draws(new Derived("twice")).mean())
          .isCloseTo(2 * x.mean(), within(1e-9));
      assertThat(fit.assessment().logEvidence())
          .isCloseTo(fit.modes().get(0).logEvidence(), within(1e-6));
      assertThat(fit.assessment().gap()).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void sameSeedSameBits() {
    double[][] points = new double[2][];
    for (int i = 0; i < 2; i++) {
      try (Session session = Session.open(7)) {
        points[i] =
            Vi.fit(session, AutoFitTest::conjugate, new double[] {1, 4, 7}).draws().points();
      }
    }
    assertThat(points[0]).containsExactly(points[1]);
  }

  /** Two far modes of unequal weight: the climbs find both, the draws have their shares. */
  @Test
  void twoModesGetTheirShares() {
    Model<Object> model =
        (ctx, none) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1.2));
          Tensor left = x.plus(1.5).over(0.2).square().times(-0.5).plus(Math.log(0.8));
          Tensor right = x.minus(1.5).over(0.2).square().times(-0.5).plus(Math.log(0.2));
          ctx.factor(new Factor("modes"), Tensor.stack(List.of(left, right), 0).logSumExp(0));
        };
    try (Session session = Session.open(1)) {
      AutoFit<Object> fit = Vi.fit(session, model, "none");
      assertThat(fit.modes()).hasSize(2);
      double[] x = fit.draws().draws(X).toArray();
      long left = java.util.Arrays.stream(x).filter(v -> v < 0).count();
      assertThat(left / (double) x.length).isCloseTo(0.8, within(0.02));
      assertThat(fit.judgement()).isNotInstanceOf(Untrusted.class);
    }
  }

  /** The posterior is the prior, a Cauchy: its tails need the second rung. */
  @Test
  void climbsWhereTheFirstRungFails() {
    Model<Object> model = (ctx, none) -> ctx.sample(TAU, HalfCauchy.of(1));
    try (Session session = Session.open(1)) {
      AutoFit<Object> fit = Vi.fit(session, model, "none");
      assertThat(fit.rungs().size()).isGreaterThan(1);
      assertThat(RungReport.table(fit.rungs())).contains("laplace").contains("student-t");
      assertThat(fit.draws().draws(TAU).quantile(0.5)).isCloseTo(1, within(0.05));
    }
  }

  /** A funnel that is written as a factor, so that nothing can non-centre it. */
  @Test
  void saysSoWhereNothingCanBeTrusted() {
    Model<Object> funnel =
        (ctx, none) -> {
          Tensor log = ctx.sample(new Latent("log"), Normal.of(0, 6));
          Tensor z = ctx.sample(new Latent("z"), ImproperUniform.on(Real.INSTANCE).event(61));
          Tensor scale = log.exp().unsqueeze(-1);
          ctx.factor(new Factor("mouth"), Normal.of(Tensor.number(0), scale).event(61).logProb(z));
        };
    try (Session session = Session.open(1)) {
      AutoFit<Object> fit =
          AutoFit.of(
              session,
              funnel,
              "none",
              Ladder.standard(),
              AutoSettings.defaults().withGradients(1).withDraws(200));
      assertThat(fit.judgement()).isInstanceOf(Untrusted.class);
      assertThat(fit.judgement().words()).startsWith("UNTRUSTED: ").contains("k-hat");
      assertThat(fit.judgement().next()).contains("Try");
      assertThatThrownBy(fit.judgement()::require)
          .isInstanceOf(PplException.class)
          .hasMessageContaining("not to be trusted");
      assertThat(fit.draws().count()).isEqualTo(200);
    }
  }

  @Test
  void namesWhatIsMissing() {
    Model<Object> empty = (ctx, none) -> ctx.factor(new Factor("f"), Tensor.number(0));
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> Vi.fit(session, empty, "none"))
          .hasMessageContaining("no latent to infer")
          .hasMessageContaining("[f]");
    }
    assertThatThrownBy(() -> AutoSettings.defaults().withDraws(3))
        .hasMessageContaining("draws must be at least 100");
    assertThatThrownBy(() -> new Ladder(List.of(), 0.5, 0.1))
        .hasMessageContaining("at least one rung");
  }
}
