package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.PplException;

/** The learning rate over a fit, as a factor of the one in the settings. */
@FunctionalInterface
public interface Schedule {
  /** The factor at a step, counted from 0, of a fit of so many steps. */
  double factor(long step, long steps);

  /** Always 1. */
  static Schedule constant() {
    return new ConstantSchedule();
  }

  /** From 1 down to {@code end} along half a cosine. */
  static Schedule cosine(double end) {
    check("cosine", "end", end);
    return new NamedSchedule(
        "cosine to " + end,
        (step, steps) -> end + (1 - end) * 0.5 * (1 + Math.cos(Math.PI * share(step, steps))));
  }

  /** Multiplied by {@code factor} after each {@code every} steps. */
  static Schedule step(long every, double factor) {
    check("step", "factor", factor);
    if (every < 1) {
      throw new PplException("Schedule.step: every must be at least 1, got " + every + ".");
    }
    return new NamedSchedule(
        factor + " every " + every, (step, steps) -> Math.pow(factor, step / every));
  }

  /** This schedule, rising from near 0 during the first steps. */
  default Schedule warmUp(long warmSteps) {
    if (warmSteps < 0) {
      throw new PplException("Schedule.warmUp: steps must not be negative, got " + warmSteps + ".");
    }
    return new WarmUp(this, warmSteps);
  }

  private static double share(long step, long steps) {
    return steps <= 1 ? 0 : Math.min(1, (double) step / (steps - 1));
  }

  private static void check(String schedule, String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new PplException(
          "Schedule." + schedule + ": " + name + " must be in [0, 1], got " + value + ".");
    }
  }
}
