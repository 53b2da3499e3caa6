package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * How far off a step may be: its error over absolute + relative·max(|x|, |x'|), squared and
 * averaged over all rows, coordinates and the log-determinant, is at most 1.
 */
record Tolerance(double relative, double absolute) {
  /** The mean square, from x and the integral before a step; constant for the gradient. */
  Tensor meanSquare(RungeKutta.Error error, RungeKutta.Step step, Tensor x, Tensor integral) {
    Tensor after = step.value().stopGradient();
    Tensor squares = over(error.value(), x.stopGradient(), after).square().sum();
    int count = after.shape().size();
    if (!error.integral().isNumber()) {
      Tensor sum = integral.stopGradient();
      Tensor then = sum.plus(step.integral().stopGradient());
      squares = squares.plus(over(error.integral(), sum, then).square().sum());
      count += error.integral().shape().size();
    }
    return count == 0 ? Tensor.number(0) : squares.over(count);
  }

  /** Errors in units of what they may be. */
  Tensor over(Tensor error, Tensor before, Tensor after) {
    return error.over(before.abs().maximum(after.abs()).times(relative).plus(absolute));
  }
}
