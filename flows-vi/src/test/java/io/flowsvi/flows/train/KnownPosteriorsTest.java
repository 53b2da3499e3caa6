package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.diagnose.Verdict;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.LkjCholesky;
import io.flowsvi.ppl.dist.Multinomial;
import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Ordered;
import io.flowsvi.ppl.dist.VonMises;
import io.flowsvi.ppl.dist.ZeroSumNormal;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Posteriors on supports that change the shape, with answers known in closed form or by quadrature.
 */
class KnownPosteriorsTest {
  private static final int DRAWS = 20_000;
  private static final Latent X = new Latent("x");
  private static final Observed Y = new Observed("y");

  /** Importance-weighted means over draws of one site. */
  private record Answer(Draws draws, PsisReport psis, int size) {
    /** Of a number of each event. */
    double mean(ToDoubleFunction<double[]> of) {
      double[] flat = draws.toArray();
      double[] w = psis.weights();
      double sum = 0;
      for (int i = 0; i < w.length; i++) {
        sum +=
            w[i] * of.applyAsDouble(java.util.Arrays.copyOfRange(flat, i * size, (i + 1) * size));
      }
      return sum;
    }

    /** Within four standard errors of a number of this sd. */
    void meanIs(double expected, double sd, ToDoubleFunction<double[]> of) {
      assertThat(mean(of)).isCloseTo(expected, within(4 * sd / Math.sqrt(psis.ess())));
    }

    /** Within four standard errors, by the fourth moment of a normal, twice over. */
    void sdIs(double mean, double sd, ToDoubleFunction<double[]> of) {
      double second = mean(v -> Math.pow(of.applyAsDouble(v) - mean, 2));
      assertThat(Math.sqrt(second)).isCloseTo(sd, within(8 * sd / Math.sqrt(2 * psis.ess())));
    }
  }

  private static <D> Answer fit(long seed, Model<D> model, D data, int size) {
    try (Session session = Session.open(seed)) {
      Posterior<D> posterior =
          Vi.fit(
                  session,
                  model,
                  data,
                  FlowCatalog.library().guide("full-rank"),
                  SviSettings.defaults().withSteps(3_000))
              .posterior();
      PsisReport psis = posterior.psis(DRAWS);
      assertThat(psis.verdict()).isNotEqualTo(Verdict.UNRELIABLE);
      return new Answer(posterior.draws(X, DRAWS), psis, size);
    }
  }

  /** Mean and sd of a density on an interval, known up to a factor. */
  private static double[] moments(DoubleUnaryOperator logDensity, double from, double to) {
    DoubleUnaryOperator density = x -> Math.exp(logDensity.applyAsDouble(x));
    double total = integral(density, from, to);
    double mean = integral(x -> x * density.applyAsDouble(x), from, to) / total;
    double second = integral(x -> x * x * density.applyAsDouble(x), from, to) / total;
    return new double[] {mean, Math.sqrt(second - mean * mean)};
  }

  /** Over 20 panels of 20 points: to find one rule of 400 takes Commons Math seconds. */
  private static double integral(DoubleUnaryOperator of, double from, double to) {
    GaussIntegrator rule = new GaussIntegratorFactory().legendre(20);
    double half = (to - from) / 40;
    double sum = 0;
    for (int panel = 0; panel < 20; panel++) {
      double centre = from + (2 * panel + 1) * half;
      sum += half * rule.integrate(x -> of.applyAsDouble(centre + half * x));
    }
    return sum;
  }

  /** Pairs of unit variance, LKJ(2) prior: p(r) ∝ (1 − r²)^(1 − n/2) e^−½(a + b − 2rc)/(1 − r²). */
  @Test
  void lkjCorrelation() {
    double[] pairs = {
      0.3, 0.9, -1.1, -0.4, 0.8, 0.2, 1.6, 1.9, -0.7, -1.5, 0.1, -0.6, -1.4, -0.9, 0.5, 1.2
    };
    int n = pairs.length / 2;
    Model<double[]> model =
        (ctx, d) -> {
          Tensor l = ctx.sample(X, LkjCholesky.of(2, 2.0));
          ctx.plate(
              Plate.of("pair", n),
              () -> {
                Tensor zero = ctx.data(new double[2 * n], Shape.of(n, 2));
                ctx.observe(Y, MultivariateNormal.scaleTril(zero, l), ctx.data(d, Shape.of(n, 2)));
              });
        };
    double squares = 0;
    double products = 0;
    for (int i = 0; i < n; i++) {
      squares += pairs[2 * i] * pairs[2 * i] + pairs[2 * i + 1] * pairs[2 * i + 1];
      products += pairs[2 * i] * pairs[2 * i + 1];
    }
    double s = squares;
    double c = products;
    double[] known =
        moments(
            r -> (1 - 0.5 * n) * Math.log1p(-r * r) - 0.5 * (s - 2 * r * c) / (1 - r * r), -1, 1);
    Answer answer = fit(201, model, pairs, 4);
    answer.meanIs(known[0], known[1], l -> l[2]);
    answer.sdIs(known[0], known[1], l -> l[2]);
  }

  /** A Dirichlet prior and multinomial counts give a Dirichlet posterior. */
  @Test
  void simplexOfFive() {
    double[] prior = {1.5, 0.8, 2, 1, 3};
    int[] counts = {4, 0, 11, 2, 7};
    Model<int[]> model =
        (ctx, d) -> {
          Tensor alpha = ctx.data(prior, Shape.of(5));
          Tensor p = ctx.sample(X, Dirichlet.of(alpha));
          ctx.observe(Y, Multinomial.logits(24, p.log()), ctx.data(d, Shape.of(5)));
        };
    Answer answer = fit(202, model, counts, 5);
    double total = 8.3 + 24;
    for (int k = 0; k < 5; k++) {
      int at = k;
      double a = prior[k] + counts[k];
      double mean = a / total;
      double sd = Math.sqrt(mean * (1 - mean) / (total + 1));
      answer.meanIs(mean, sd, p -> p[at]);
      answer.sdIs(mean, sd, p -> p[at]);
    }
  }

  /** Three normals in order are order statistics: E = ∓3/(2√π), 0, and known variances. */
  @Test
  void orderedVector() {
    Model<Object> model =
        (ctx, d) -> {
          Tensor x = ctx.sample(X, ImproperUniform.on(Ordered.INSTANCE, Shape.of(3)));
          Tensor logP = x.square().sum(-1).times(-0.5);
          ctx.factor(new Factor("normal"), logP);
        };
    Answer answer = fit(203, model, new Object(), 3);
    double ends = 1.5 / Math.sqrt(Math.PI);
    double varianceOfEnds = 1 + Math.sqrt(3) / (2 * Math.PI) - ends * ends;
    double varianceOfMiddle = 1 - Math.sqrt(3) / Math.PI;
    answer.meanIs(-ends, Math.sqrt(varianceOfEnds), x -> x[0]);
    answer.meanIs(0, Math.sqrt(varianceOfMiddle), x -> x[1]);
    answer.meanIs(ends, Math.sqrt(varianceOfEnds), x -> x[2]);
    answer.sdIs(-ends, Math.sqrt(varianceOfEnds), x -> x[0]);
    answer.sdIs(0, Math.sqrt(varianceOfMiddle), x -> x[1]);
  }

  /** A von Mises prior and angles of known concentration: the posterior's (κ cos, κ sin) add up. */
  @Test
  void vonMisesAngle() {
    double[] angles = {2.9, -2.8, 3.1, 2.4};
    Model<double[]> model =
        (ctx, d) -> {
          Tensor x = ctx.sample(X, VonMises.of(2, 0.7));
          ctx.plate(
              Plate.of("angle", d.length),
              () -> ctx.observe(Y, VonMises.of(x, 1.4), ctx.data(d, Shape.of(d.length))));
        };
    double cos = 0.7 * Math.cos(2);
    double sin = 0.7 * Math.sin(2);
    for (double angle : angles) {
      cos += 1.4 * Math.cos(angle);
      sin += 1.4 * Math.sin(angle);
    }
    double centre = Math.atan2(sin, cos);
    double kappa = Math.hypot(sin, cos);
    Answer answer = fit(204, model, angles, 1);
    // Deviations from the centre: no wrap-around can hide there.
    ToDoubleFunction<double[]> off = x -> Math.IEEEremainder(x[0] - centre, 2 * Math.PI);
    double[] known = moments(t -> kappa * (Math.cos(t) - 1), -Math.PI, Math.PI);
    answer.meanIs(0, known[1], off);
    answer.sdIs(0, known[1], off);
  }

  /** Effects that sum to 0 under normal data: shrunken deviations from the mean. */
  @Test
  void zeroSumEffects() {
    double[] y = {1.2, -0.4, 0.9, -2.2};
    Model<double[]> model =
        (ctx, d) -> {
          Tensor x = ctx.sample(X, ZeroSumNormal.of(4, 1.5));
          ctx.observe(Y, Normal.of(x, 0.8).event(4), ctx.data(d, Shape.of(4)));
        };
    Answer answer = fit(205, model, y, 4);
    double mean = (1.2 - 0.4 + 0.9 - 2.2) / 4;
    double shrink = 1 / (1 + 0.64 / 2.25);
    double sd = Math.sqrt(0.64 * shrink * 0.75);
    for (int k = 0; k < 4; k++) {
      int at = k;
      answer.meanIs(shrink * (y[k] - mean), sd, x -> x[at]);
      answer.sdIs(shrink * (y[k] - mean), sd, x -> x[at]);
    }
  }
}
