package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SolverTest {
  /** Slopes from step sizes of 1/20 and less still carry the next power of h. */
  private static final double ORDER = 0.4;

  /** A start at which no two terms of the error cancel. */
  private static final double[] PLAIN = {0.5};

  private static final double[] STARTS = {0.5, -1.2, 0.9};
  private static final VectorField RATIONAL = new Rational(3);

  private static Solution solve(Session session, Solver solver, double from, double to) {
    return session.compute(a -> solver.solve(RATIONAL, from, to, a.tensor(STARTS, Shape.of(1, 3))));
  }

  private static double valueError(Solution solution, double... starts) {
    double[] got = solution.value().toDoubles();
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - Rational.exact(starts[i], 1)));
    }
    return worst;
  }

  private static double integralError(Solution solution, double... starts) {
    double exact = 0;
    for (double start : starts) {
      exact += 2 * Math.log(Rational.exact(start, 1) / start);
    }
    return Math.abs(solution.integral().item() - exact);
  }

  @ParameterizedTest
  @EnumSource(ButcherTableau.class)
  void everyMethodShowsItsOrder(ButcherTableau method) {
    SimpleRegression values = new SimpleRegression();
    SimpleRegression integrals = new SimpleRegression();
    try (Session session = Session.open(1)) {
      for (int n : new int[] {20, 40, 80}) {
        FixedSteps steps = FixedSteps.of(method, n);
        Solution solution =
            session.compute(
                a -> steps.solve(new Rational(1), 0, 1, a.tensor(PLAIN, Shape.of(1, 1))));
        assertThat(solution.report().evaluations()).isEqualTo(n * method.stages());
        values.addData(Math.log(1.0 / n), Math.log(valueError(solution, PLAIN)));
        integrals.addData(Math.log(1.0 / n), Math.log(integralError(solution, PLAIN)));
      }
    }
    assertThat(values.getSlope()).isCloseTo(method.order(), within(ORDER));
    assertThat(integrals.getSlope()).isCloseTo(method.order(), within(ORDER));
  }

  /** The estimated error falls one power faster than the embedded method's order. */
  @ParameterizedTest
  @CsvSource({"HEUN, 2", "DORMAND_PRINCE, 5", "TSITOURAS, 5"})
  void theErrorEstimateShowsItsOrder(ButcherTableau method, int order) {
    SimpleRegression errors = new SimpleRegression();
    try (Session session = Session.open(1)) {
      for (double h : new double[] {0.2, 0.1, 0.05, 0.025}) {
        double error =
            session.compute(
                a -> {
                  VectorField field = new Rational(1);
                  Tensor x = a.tensor(PLAIN, Shape.of(1, 1));
                  RungeKutta.Step step =
                      RungeKutta.step(method, field, 0.3, h, x, field.at(0.3, x));
                  Flowline end = field.at(0.3 + h, step.value());
                  return RungeKutta.error(method, h, step, end).value().norm(-1).item();
                });
        errors.addData(Math.log(h), Math.log(error));
      }
    }
    assertThat(errors.getSlope()).isCloseTo(order, within(0.4));
  }

  @ParameterizedTest
  @CsvSource({"HEUN, 1e-4", "DORMAND_PRINCE, 1e-5", "DORMAND_PRINCE, 1e-9", "TSITOURAS, 1e-9"})
  void adaptiveStepsKeepTheirTolerance(ButcherTableau method, double tolerance) {
    try (Session session = Session.open(1)) {
      Solver solver = new AdaptiveSteps(method, tolerance, tolerance, 2000);
      Solution solution = solve(session, solver, 0, 1);
      // Local errors below the tolerance add up over the steps, and the flow magnifies them.
      assertThat(valueError(solution, STARTS)).isLessThan(30 * tolerance);
      assertThat(integralError(solution, STARTS)).isLessThan(30 * tolerance);
      SolveReport report = solution.report();
      assertThat(report.status()).isEqualTo(SolveReport.Status.FINISHED);
      assertThat(report.shares().get(0)).isZero();
      assertThat(report.shares().get(report.shares().size() - 1)).isEqualTo(1);
    }
  }

  @Test
  void aTighterToleranceTakesMoreEvaluations() {
    try (Session session = Session.open(1)) {
      int loose = solve(session, AdaptiveSteps.of(1e-4), 0, 1).report().evaluations();
      int tight = solve(session, AdaptiveSteps.of(1e-10), 0, 1).report().evaluations();
      assertThat(tight).isGreaterThan(2 * loose);
    }
  }

  @Test
  void frozenStepsRepeatTheSolve() {
    try (Session session = Session.open(1)) {
      AdaptiveSteps adaptive = AdaptiveSteps.of(1e-6);
      Solution first = solve(session, adaptive, 0, 1);
      Solution again = solve(session, adaptive.frozen(first.report()), 0, 1);
      // Shares are times over the length of the way, here 1: the same doubles.
      assertThat(again.value().toDoubles()).containsExactly(first.value().toDoubles());
      assertThat(again.integral().item()).isEqualTo(first.integral().item());
    }
  }

  @Test
  void theWayBackUsesTheSamePointsOfTime() {
    try (Session session = Session.open(1)) {
      FixedSteps steps = new FixedSteps(ButcherTableau.RK4, List.of(0.0, 0.1, 0.4, 1.0));
      assertThat(steps.time(1, 0, 0)).isEqualTo(1);
      assertThat(steps.time(1, 0, 1)).isEqualTo(steps.time(0, 1, 2));
      assertThat(steps.time(1, 0, 3)).isZero();
      FixedSteps many = FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 40);
      session.compute(
          a -> {
            Solution there = many.solve(RATIONAL, 0, 1, a.tensor(STARTS, Shape.of(1, 3)));
            Solution back = many.solve(RATIONAL, 1, 0, there.value());
            double[] returned = back.value().toDoubles();
            for (int i = 0; i < STARTS.length; i++) {
              assertThat(returned[i]).isCloseTo(STARTS[i], within(1e-7));
            }
            assertThat(back.integral().plus(there.integral()).item()).isCloseTo(0, within(1e-7));
            return null;
          });
    }
  }

  /** A 2-D and a 5-D network against Commons Math's Dormand–Prince 8(5,3) at 1e-12. */
  @ParameterizedTest
  @CsvSource({"2, DORMAND_PRINCE", "2, TSITOURAS", "5, DORMAND_PRINCE", "5, TSITOURAS"})
  void agreesWithCommonsMath(int dim, ButcherTableau method) {
    ParamStore store = new ParamStore(Seed.of(1));
    FieldSettings settings = FieldSettings.of(dim, 16, 16).withTime(FieldSettings.Time.SQUASH);
    Dynamics dynamics = FieldNet.of(settings, store.scope("field"));
    Fields.scatter(store, 1.5);
    double[] x = Fields.normals("commons", 6 * dim);
    try (Session session = Session.open(1)) {
      double[] reference = new FrozenField(session, dynamics, 1e-12).carryWithLogDet(x, 0, 1);
      Solver solver = new AdaptiveSteps(method, 1e-11, 1e-11, 4000);
      Solution ours =
          session.compute(
              a ->
                  solver.solve(dynamics.bind(Values.empty()), 0, 1, a.tensor(x, Shape.of(6, dim))));
      double[] value = ours.value().toDoubles();
      double[] logDet = ours.integral().toDoubles();
      for (int i = 0; i < value.length; i++) {
        assertThat(value[i]).isCloseTo(reference[i], within(1e-8));
      }
      for (int i = 0; i < 6; i++) {
        assertThat(logDet[i]).isCloseTo(reference[6 * dim + i], within(1e-8));
      }
    }
  }

  /** x' = −λx of a λ so large that no explicit step of the smallest size is stable. */
  private record Stiff(double rate) implements VectorField {
    @Override
    public int dim() {
      return 1;
    }

    @Override
    public Tensor velocity(double t, Tensor x) {
      return x.times(-rate);
    }

    @Override
    public Flowline at(double t, Tensor x) {
      return new Flowline(velocity(t, x), x.sum(-1).times(0).minus(rate));
    }

    @Override
    public Tangents push(double t, Tensor x, Tensor directions) {
      return new Tangents(velocity(t, x), directions.times(-rate));
    }
  }

  @ParameterizedTest
  @CsvSource({"1e6", "NaN"})
  void aStiffFieldEndsAndSaysSo(double rate) {
    AdaptiveSteps solver = new AdaptiveSteps(ButcherTableau.DORMAND_PRINCE, 1e-6, 1e-6, 50);
    try (Session session = Session.open(1)) {
      SolveReport report =
          session.compute(
              a ->
                  solver
                      .solve(new Stiff(rate), 0, 1, a.tensor(new double[] {1}, Shape.of(1, 1)))
                      .report());
      assertThat(report.status()).isEqualTo(SolveReport.Status.UNDERFLOW);
      assertThat(report.forced()).isPositive();
      // At worst a rejected and a forced step for each of the smallest steps.
      assertThat(report.evaluations()).isLessThan(50 * (6 + 6 + 4) + 100);
      assertThat(report.shares()).hasSizeLessThan(60);
    }
  }

  @Test
  void messagesSayWhatIsWrong() {
    assertThatThrownBy(() -> FixedSteps.of(ButcherTableau.RK4, 0))
        .isInstanceOf(LayerException.class)
        .hasMessage("FixedSteps: at least 1 step is needed, got 0.");
    assertThatThrownBy(() -> new FixedSteps(ButcherTableau.RK4, List.of(0.0, 0.6, 0.5, 1.0)))
        .hasMessage(
            "FixedSteps: the ends of steps must rise from 0 to 1, got [0.0, 0.6, 0.5, 1.0].");
    assertThatThrownBy(() -> new AdaptiveSteps(ButcherTableau.RK4, 1e-5, 1e-5, 10))
        .hasMessage(
            "Adaptive steps need a method that estimates its error; RK4 does not. Likely fix:"
                + " ButcherTableau.DORMAND_PRINCE.");
    assertThatThrownBy(() -> new AdaptiveSteps(ButcherTableau.HEUN, 1e-5, 0, 10))
        .hasMessageContaining(
            "tolerances must be positive and most at least 1, got relative 1.0E-5");
  }
}
