package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.ode.gradient.Adjoint;
import io.flowsvi.flows.ode.gradient.Backpropagation;
import io.flowsvi.flows.ode.gradient.Checkpoints;
import io.flowsvi.flows.ode.gradient.SolveGradient;
import io.flowsvi.flows.ode.gradient.Terminal;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import org.junit.jupiter.api.Test;

class SolveGradientTest {
  private static final Shape SHAPE = Shape.of(5, 2);
  private static final double DIFFERENCE = 1e-5;

  /** A log-likelihood step's loss: −log p₀(z) − ℓ. */
  private static final Terminal LOSS =
      (z, logDet) -> z.square().sum(-1).times(0.5).minus(logDet).mean();

  private final ParamStore store = new ParamStore(Seed.of(1));
  private final Dynamics dynamics =
      FieldNet.of(FieldSettings.of(2, 8, 8).withTime(FieldSettings.Time.SQUASH), store.scope("f"));
  private final double[] x = Fields.normals("x", 10);

  private record Found(double loss, double[] parameters, double[] points) {}

  private Found run(SolveGradient way) {
    Fields.scatter(store, 1.2);
    double[] gradient = new double[store.size()];
    try (Session session = Session.open(1)) {
      Gradient g =
          session.compute(
              a -> way.of(store, gradient, () -> dynamics.bind(Values.empty()), x, SHAPE, LOSS));
      return new Found(g.value(), gradient, g.gradients().get(0));
    }
  }

  private static void agree(Found one, Found other, double tolerance) {
    assertThat(other.loss()).isCloseTo(one.loss(), within(tolerance));
    for (int i = 0; i < one.parameters().length; i++) {
      assertThat(other.parameters()[i])
          .as("parameter %d", i)
          .isCloseTo(one.parameters()[i], within(tolerance));
    }
    for (int i = 0; i < one.points().length; i++) {
      assertThat(other.points()[i]).as("point %d", i).isCloseTo(one.points()[i], within(tolerance));
    }
  }

  @Test
  void checkpointsGiveTheGradientOfTheSteps() {
    FixedSteps steps = FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 3);
    agree(run(new Backpropagation(steps)), run(new Checkpoints(steps)), 1e-13);
  }

  @Test
  void adjointAndBackpropagationAgreeAtTightTolerances() {
    AdaptiveSteps tight = AdaptiveSteps.of(1e-10);
    agree(run(new Backpropagation(tight)), run(new Adjoint(tight, 1e-10)), 1e-7);
  }

  /** With coarse steps the adjoint is the gradient of another problem: what the Javadoc says. */
  @Test
  void theAdjointIsNotTheGradientOfCoarseSteps() {
    FixedSteps coarse = FixedSteps.of(ButcherTableau.HEUN, 2);
    double[] exact = run(new Backpropagation(coarse)).parameters();
    double[] adjoint = run(new Adjoint(coarse, 1e-10)).parameters();
    double worst = 0;
    for (int i = 0; i < exact.length; i++) {
      worst = Math.max(worst, Math.abs(exact[i] - adjoint[i]));
    }
    assertThat(worst).isBetween(1e-4, 1.0);
  }

  @Test
  void backpropagationMatchesDifferences() {
    FixedSteps steps = FixedSteps.of(ButcherTableau.TSITOURAS, 3);
    Found found = run(new Backpropagation(steps));
    try (Session session = Session.open(1)) {
      for (Param p : store.params()) {
        double[] start = p.toDoubles();
        double difference = 0;
        for (int side = -1; side <= 1; side += 2) {
          double[] moved = start.clone();
          moved[0] += side * DIFFERENCE;
          p.set(moved);
          double loss =
              session.compute(
                  a -> {
                    Solution end =
                        steps.solve(dynamics.bind(Values.empty()), 0, 1, a.tensor(x, SHAPE));
                    return LOSS.loss(end.value(), end.integral()).item();
                  });
          difference += side * loss / (2 * DIFFERENCE);
        }
        p.set(start);
        assertThat(found.parameters()[p.offset()]).as(p.path()).isCloseTo(difference, within(1e-7));
      }
    }
  }
}
