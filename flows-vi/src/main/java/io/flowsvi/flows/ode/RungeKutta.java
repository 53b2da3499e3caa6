package io.flowsvi.flows.ode;

import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a {@link ButcherTableau}, and what the divergence and the penalty add up to in it.
 *
 * <p>Only the point drives the field, so stages without weight find velocities alone.
 */
final class RungeKutta {
  private RungeKutta() {}

  /**
   * A step taken.
   *
   * @param value where it ends
   * @param integral of the divergence
   * @param energy of the penalty
   * @param stages the flowlines on the way
   */
  record Step(Tensor value, Tensor integral, Tensor energy, List<Flowline> stages) {}

  /** What a method's estimated error is: of the point, and of the integral. */
  record Error(Tensor value, Tensor integral) {}

  /** From x at t to t + h; the field at (x, t) is known. */
  static Step step(
      ButcherTableau method, VectorField field, double t, double h, Tensor x, Flowline first) {
    List<Flowline> stages = new ArrayList<>();
    stages.add(first);
    for (int i = 1; i < method.stages(); i++) {
      Tensor at = x;
      for (int j = 0; j < i; j++) {
        at = add(at, stages.get(j).velocity(), h * method.a(i, j));
      }
      double time = t + method.c(i) * h;
      stages.add(method.b(i) == 0 ? Flowline.of(field.velocity(time, at)) : field.at(time, at));
    }
    Tensor value = x;
    Tensor integral = Tensor.number(0);
    Tensor energy = Tensor.number(0);
    for (int i = 0; i < method.stages(); i++) {
      Flowline stage = stages.get(i);
      value = add(value, stage.velocity(), h * method.b(i));
      integral = add(integral, stage.divergence(), h * method.b(i));
      // A penalty counts along the way, whichever way that is.
      energy = add(energy, stage.energy(), Math.abs(h) * method.b(i));
    }
    return new Step(value, integral, energy, stages);
  }

  /** The error of a step, constant for the gradient; the field at its end is known. */
  static Error error(ButcherTableau method, double h, Step step, Flowline end) {
    Tensor value = Tensor.number(0);
    Tensor integral = Tensor.number(0);
    for (int i = 0; i < method.stages(); i++) {
      Flowline stage = step.stages().get(i);
      value = add(value, stage.velocity().stopGradient(), h * method.error(i));
      integral = add(integral, stage.divergence().stopGradient(), h * method.error(i));
    }
    if (method.errorSeesTheEnd()) {
      double last = h * method.error(method.stages());
      value = add(value, end.velocity().stopGradient(), last);
      integral = add(integral, end.divergence().stopGradient(), last);
    }
    return new Error(value, integral);
  }

  private static Tensor add(Tensor sum, Tensor term, double factor) {
    return factor == 0 ? sum : sum.plus(term.times(factor));
  }
}
