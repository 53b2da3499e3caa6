package io.flowsvi.ppl.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OdeTest {
  private static final double[] THETA = {0.55, 0.028, 0.8, 0.024};
  private static final double[] START = {33, 6};
  private static final double[] TIMES = {0.5, 1, 2, 3.5, 7, 10};
  private static final Derived PATH = new Derived("path");
  private static final Latent LOG_THETA = new Latent("log_theta");
  private static final Observed Y = new Observed("y");

  private static double[] reference(double time) {
    FirstOrderDifferentialEquations equations =
        new FirstOrderDifferentialEquations() {
          @Override
          public int getDimension() {
            return 2;
          }

          @Override
          public void computeDerivatives(double t, double[] y, double[] rate) {
            rate[0] = (THETA[0] - THETA[1] * y[1]) * y[0];
            rate[1] = (-THETA[2] + THETA[3] * y[0]) * y[1];
          }
        };
    double[] y = new double[2];
    new DormandPrince853Integrator(1e-6, 0.1, 1e-13, 1e-13).integrate(equations, 0, START, time, y);
    return y;
  }

  private static List<Tensor> rates(Tensor a, Tensor b, Tensor c, Tensor d, State z) {
    Tensor hare = z.get("hare");
    Tensor lynx = z.get("lynx");
    return List.of(a.minus(b.times(lynx)).times(hare), d.times(hare).minus(c).times(lynx));
  }

  @Test
  void agreesWithCommonsMath() {
    Ode ode = Ode.of(new RungeKutta(ButcherTableau.DORMAND_PRINCE, 0.01), "hare", "lynx");
    try (Session session = Session.open(1)) {
      double[] path =
          session.compute(
              arena -> {
                Tensor[] p = new Tensor[4];
                for (int i = 0; i < 4; i++) {
                  p[i] = Tensor.number(THETA[i]);
                }
                List<Tensor> start =
                    List.of(Tensor.number(START[0]), arena.full(START[1], Shape.of(3, 1)));
                Trajectory z =
                    ode.solve((t, s) -> rates(p[0], p[1], p[2], p[3], s), start, 0, TIMES);
                assertThat(z.get("lynx").shape()).isEqualTo(Shape.of(3, 1, TIMES.length));
                return z.values().toDoubles();
              });
      for (int t = 0; t < TIMES.length; t++) {
        double[] y = reference(TIMES[t]);
        assertThat(path[2 * t]).isCloseTo(y[0], within(1e-8 * y[0]));
        assertThat(path[2 * t + 1]).isCloseTo(y[1], within(1e-8 * y[1]));
      }
    }
  }

  private static void hares(Context ctx, double[] y) {
    Tensor theta = ctx.sample(LOG_THETA, Normal.of(0, 1).event(4)).exp();
    Trajectory z =
        ctx.ode(
            PATH,
            Ode.of(RungeKutta.every(0.1), "hare", "lynx"),
            (t, s) -> rates(theta.at(-1, 0), theta.at(-1, 1), theta.at(-1, 2), theta.at(-1, 3), s),
            List.of(Tensor.number(START[0]), Tensor.number(START[1])),
            0,
            TIMES);
    ctx.observe(
        Y, LogNormal.of(z.get("hare").log(), 0.2).event(y.length), ctx.data(y, Shape.of(y.length)));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void gradientOfModelEqualsDifferences(Backend backend) {
    double[] y = new double[TIMES.length];
    for (int t = 0; t < y.length; t++) {
      y[t] = reference(TIMES[t])[0] * (1 + 0.1 * Math.sin(t));
    }
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      ModelStructure structure =
          ModelStructure.startingAt(
              session,
              OdeTest::hares,
              y,
              java.util.Map.of(LOG_THETA, new double[] {-0.6, -3.6, -0.2, -3.7}));
      LogDensity density = LogDensity.of(session, structure, OdeTest::hares, y);
      double[] x = structure.start();
      double[] gradient = new double[4];
      density.gradient(x, gradient);
      for (int i = 0; i < 4; i++) {
        double h = 1e-6;
        double[] up = x.clone();
        double[] down = x.clone();
        up[i] += h;
        down[i] -= h;
        double difference = (density.value(up) - density.value(down)) / (2 * h);
        assertThat(gradient[i])
            .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
      }
      assertThat(structure.site("path").event()).isEqualTo(Shape.of(TIMES.length, 2));
    }
  }

  private static void refused(Ode ode, List<Tensor> start, double[] times, String... words) {
    Model<double[]> model =
        (ctx, y) -> ctx.ode(PATH, ode, (t, s) -> List.of(s.get("hare")), start, 0, times);
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> ModelStructure.of(session, model, times))
          .hasMessageContainingAll(words);
    }
  }

  @Test
  void errorsNameTheSite() {
    Ode one = Ode.of(RungeKutta.every(0.1), "hare");
    Ode two = Ode.of(RungeKutta.every(0.1), "hare", "lynx");
    Ode other = Ode.of(RungeKutta.every(0.1), "lynx");
    Ode fine = Ode.of(RungeKutta.every(1e-6), "hare");
    Tensor number = Tensor.number(1);
    double[] time = {1};
    refused(one, List.of(), time, "'path'", "0 initial values for the states [hare]");
    refused(two, List.of(number, number), time, "'path'", "2 components, the rates have 1");
    refused(other, List.of(number), time, "'path'", "no state 'hare'; it has [lynx]");
    refused(one, List.of(number), new double[] {2, 1}, "'path'", "times must ascend");
    refused(one, List.of(number), new double[0], "'path'", "no times");
    refused(fine, List.of(number), time, "'path'", "4000000 evaluations", "longer steps");
    assertThatThrownBy(() -> Ode.of(RungeKutta.every(1), "a", "a"))
        .hasMessageContaining("different names");
  }
}
