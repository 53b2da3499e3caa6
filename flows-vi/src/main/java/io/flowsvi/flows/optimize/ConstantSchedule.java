package io.flowsvi.flows.optimize;

/** The rate of the settings, at every step. */
record ConstantSchedule() implements Schedule {
  @Override
  public double factor(long step, long steps) {
    return 1;
  }

  @Override
  public String toString() {
    return "constant";
  }
}
