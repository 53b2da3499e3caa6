package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.apache.commons.numbers.gamma.LogGamma;
import org.junit.jupiter.api.Test;

/** Models with discrete latents, from the model as it is written to draws of them. */
class DiscreteLatentsTest {
  private static final Latent EARLY = new Latent("early");
  private static final Latent LATE = new Latent("late");
  private static final Latent CHANGE = new Latent("change");
  private static final Derived JUMP = new Derived("jump");
  private static final Observed Y = new Observed("y");
  private static final double[] COUNTS = {
    4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 1, 0, 1, 0, 1, 2, 0, 1
  };

  /** Rates before and after a year that is not known: Jarrett's coal mines, the first years. */
  private static void coal(Context ctx, double[] y) {
    int n = y.length;
    Tensor early = ctx.sample(EARLY, Gamma.of(2, 1));
    Tensor late = ctx.sample(LATE, Gamma.of(2, 1));
    Tensor change = ctx.sample(CHANGE, Categorical.logits(Arena.current().zeros(Shape.of(n))));
    double[] years = new double[n];
    for (int t = 0; t < n; t++) {
      years[t] = t;
    }
    ctx.plate(
        Plate.of("year", n),
        () -> {
          Tensor before = ctx.data(years, Shape.of(n)).lessThan(change);
          ctx.observe(Y, Poisson.of(before.select(early, late).log()), ctx.data(y, Shape.of(n)));
        });
    ctx.derive(JUMP, early.minus(late).times(change.greaterThan(0)));
  }

  /** Of each year: both rates integrated out, gamma and Poisson being conjugate. */
  private static double[] changeByHand() {
    int n = COUNTS.length;
    double[] p = new double[n];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      p[k] = Math.exp(segment(0, k) + segment(k, n));
      sum += p[k];
    }
    for (int k = 0; k < n; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double segment(int from, int to) {
    double total = 0;
    for (int t = from; t < to; t++) {
      total += COUNTS[t];
    }
    return LogGamma.value(2 + total) - (2 + total) * Math.log(1 + to - from);
  }

  @Test
  void changePointHasItsPosterior() {
    try (Session session = Session.open(1)) {
      AutoFit<double[]> fit = Vi.fit(session, DiscreteLatentsTest::coal, COUNTS);
      assertThat(fit.judgement().word()).isNotEqualTo("untrusted");
      assertThat(fit.draws().sites()).containsExactly(EARLY, LATE, JUMP);
      double[] p = fit.draws().draws(CHANGE).probabilities(COUNTS.length);
      double[] exact = changeByHand();
      // Draws are worth 1,000 at least: four standard errors of a share.
      for (int k = 0; k < p.length; k++) {
        assertThat(p[k]).as("year %s", k).isCloseTo(exact[k], within(0.063));
      }
      assertThat(fit.draws().draws(Y).shape()).isEqualTo(Shape.of(COUNTS.length));
    }
  }

  @Test
  void compiledStepsAgreeWithEagerOnes() {
    double[] means = new double[2];
    for (Execution execution : Execution.values()) {
      try (Session session = Session.open(3)) {
        SviSettings settings = SviSettings.defaults().withSteps(40).withExecution(execution);
        Fit<double[]> fit =
            Vi.fit(
                session,
                DiscreteLatentsTest::coal,
                COUNTS,
                FlowCatalog.library().guide("mean-field"),
                settings);
        Posterior<double[]> posterior = fit.posterior();
        means[execution.ordinal()] = posterior.draws(EARLY, 500).mean();
        assertThat(posterior.draws(CHANGE, 500).probabilities(COUNTS.length)[5])
            .isBetween(0.0, 1.0);
      }
    }
    assertThat(means[1]).isCloseTo(means[0], within(1e-8));
  }

  private static final Latent STATE = new Latent("state");
  private static final Latent STAY = new Latent("stay");
  private static final int LENGTH = 60;

  /** Two states with levels 0 and 3, noise 1; only the chance to stay is not known. */
  private static void twoLevels(Context ctx, double[] y) {
    Tensor stay = ctx.sample(STAY, Beta.of(5, 2));
    Tensor logit = stay.log().minus(stay.negate().log1p());
    Tensor row = Tensor.stack(java.util.List.of(logit, logit.times(0)), -1);
    Tensor moves = Tensor.stack(java.util.List.of(row, row.flip(-1)), -2);
    Tensor first = Arena.current().zeros(Shape.of(2));
    Tensor state = ctx.sample(STATE, MarkovChain.logits(first, moves, y.length));
    ctx.observe(Y, Normal.of(state.times(3), 1).event(y.length), ctx.data(y, Shape.of(y.length)));
  }

  @Test
  void hiddenStatesAreFound() {
    double[] y = new double[LENGTH];
    for (int t = 0; t < LENGTH; t++) {
      y[t] = (t / 15 % 2) * 3 + 0.8 * Math.sin(7.0 * t);
    }
    try (Session session = Session.open(1)) {
      AutoFit<double[]> fit = Vi.fit(session, DiscreteLatentsTest::twoLevels, y);
      assertThat(fit.judgement()).isInstanceOf(io.flowsvi.flows.verdict.Trusted.class);
      double[] p = fit.draws().draws(STATE).probabilities(2);
      int right = 0;
      for (int t = 0; t < LENGTH; t++) {
        right += p[2 * t + t / 15 % 2] > 0.5 ? 1 : 0;
      }
      assertThat(right).isGreaterThan(55);
      // The exact posterior of the one parameter, by quadrature over the forward algorithm.
      assertThat(fit.draws().draws(STAY).mean()).isCloseTo(stayByHand(y), within(0.01));
    }
  }

  private static double stayByHand(double[] y) {
    double sum = 0;
    double mean = 0;
    for (int i = 1; i < 2000; i++) {
      double stay = i / 2000.0;
      double[] a = {0.5, 0.5};
      double log = 4 * Math.log(stay) + Math.log(1 - stay);
      for (int t = 0; t < y.length; t++) {
        double e0 = Math.exp(-0.5 * y[t] * y[t]);
        double e1 = Math.exp(-0.5 * (y[t] - 3) * (y[t] - 3));
        double p0 = t == 0 ? 0.5 : a[0] * stay + a[1] * (1 - stay);
        double total = p0 * e0 + (1 - p0) * e1;
        a[0] = p0 * e0 / total;
        a[1] = 1 - a[0];
        log += Math.log(total);
      }
      double w = Math.exp(log + 80);
      sum += w;
      mean += w * stay;
    }
    return mean / sum;
  }
}
