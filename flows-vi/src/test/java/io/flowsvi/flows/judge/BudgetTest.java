package io.flowsvi.flows.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.verdict.Untrusted;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fit ends when its budget does, in the middle of whatever it is at, with draws. */
class BudgetTest {
  /** Far more than any budget here pays for. */
  private static final long ENDLESS = 10_000_000;

  /** A scale with three values of it: nothing passes, so that every rung is tried. */
  private static void funnel(Context ctx, Object none) {
    Tensor log = ctx.sample(new Latent("log"), Normal.of(0, 6));
    Tensor z = ctx.sample(new Latent("z"), ImproperUniform.on(Real.INSTANCE).event(3));
    Tensor scale = log.exp().unsqueeze(-1);
    ctx.factor(new Factor("mouth"), Normal.of(Tensor.number(0), scale).event(3).logProb(z));
  }

  /** Gradients are what is short here: few proposals are drawn in the end. */
  private static AutoSettings gradients(long most) {
    AutoSettings d = AutoSettings.defaults();
    return new AutoSettings(d.draws(), d.effective(), 1_000, d.seconds(), most);
  }

  private static AutoFit<Object> fit(Model<Object> model, Ladder ladder, AutoSettings settings) {
    try (Session session = Session.open(1)) {
      return AutoFit.of(session, model, "none", ladder, settings.withDraws(200));
    }
  }

  @Test
  void gradientsAreNeverMoreThanThoseAllowed() {
    for (long most : new long[] {1, 1_000}) {
      AutoFit<Object> fit = fit(BudgetTest::funnel, Ladder.standard(), gradients(most));
      // One batch of the search, or one step of training, is not cut.
      assertThat(fit.gradients()).isLessThan(most + 300);
      assertThat(fit.rungs()).anyMatch(r -> r.outcome().contains("budget spent"));
      assertThat(fit.draws().count()).isEqualTo(200);
      assertThat(fit.judgement()).isInstanceOf(Untrusted.class);
    }
  }

  @Test
  void trainingIsStoppedInTheMiddle() {
    Ladder ladder =
        new Ladder(
            List.of(
                new LaplaceRung(),
                new FlowRung(
                    "spline",
                    GuideFamily.of(Rungs::spline),
                    FlowRung.Standard.COVARIANCE,
                    1,
                    100,
                    ENDLESS,
                    1e-3)),
            0.01,
            0.99);
    long most = 10_000;
    AutoFit<Object> fit = fit(BudgetTest::funnel, ladder, gradients(most));
    RungReport spline = fit.rungs().get(1);
    assertThat(spline.outcome()).contains("stopped: budget spent");
    assertThat(spline.gradients()).isPositive();
    assertThat(fit.gradients()).isBetween(most, most + 300);
  }

  /** Each value takes milliseconds: a single assessment of 4,000 would take longer than allowed. */
  @Test
  void slowModelsGetAsManyDrawsAsThereIsTimeFor() {
    double[] ones = new double[1_000];
    Arrays.fill(ones, 0.5);
    Model<Object> slow =
        (ctx, none) -> {
          Tensor x = ctx.sample(new Latent("x"), Normal.of(0, 1));
          Tensor work = x.unsqueeze(-1).times(ctx.data(ones, Shape.of(ones.length)));
          for (int i = 0; i < 60; i++) {
            work = work.sin().plus(0.1);
          }
          ctx.factor(new Factor("slow"), work.mean(-1));
        };
    AutoFit<Object> fit = fit(slow, Ladder.standard(), AutoSettings.defaults().withSeconds(1.2));
    // 24,000 values, as many as it takes without a budget, are half a minute. Counted, not
    // timed: on a busy machine the same seconds hold fewer.
    assertThat(fit.values()).isLessThan(6_000);
    assertThat(fit.assessment().cloud().size()).isLessThan(4_000);
    assertThat(fit.draws().count()).isEqualTo(200);
  }
}
