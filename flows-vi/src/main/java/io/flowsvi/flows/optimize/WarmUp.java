package io.flowsvi.flows.optimize;

/**
 * A schedule that rises from near 0 during the first steps.
 *
 * @param schedule what it follows from then on
 * @param warmSteps how many steps it rises
 */
record WarmUp(Schedule schedule, long warmSteps) implements Schedule {
  @Override
  public double factor(long step, long steps) {
    double factor = schedule.factor(step, steps);
    return factor * (step < warmSteps ? (step + 1.0) / (warmSteps + 1.0) : 1);
  }

  @Override
  public String toString() {
    return Signature.of(schedule) + ", warm-up " + warmSteps;
  }
}
