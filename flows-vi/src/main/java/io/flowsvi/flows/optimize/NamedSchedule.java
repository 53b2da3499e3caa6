package io.flowsvi.flows.optimize;

/**
 * A schedule that says what it is: checkpoints tell it from others.
 *
 * @param name with its numbers
 * @param rule the factor
 */
record NamedSchedule(String name, Schedule rule) implements Schedule {
  @Override
  public double factor(long step, long steps) {
    return rule.factor(step, steps);
  }

  @Override
  public String toString() {
    return name;
  }
}
