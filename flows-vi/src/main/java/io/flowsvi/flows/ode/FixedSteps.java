package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Steps that are known beforehand: static shapes, no value read, so that a step of training may be
 * recorded. The same steps serve both directions.
 *
 * @param method of each step
 * @param shares the ends of the steps as shares of the way, rising from 0 to 1
 */
public record FixedSteps(ButcherTableau method, List<Double> shares) implements Solver {
  /** Checks the steps. */
  public FixedSteps {
    shares = List.copyOf(shares);
    boolean rising = shares.size() >= 2 && shares.get(0) == 0;
    for (int i = 1; rising && i < shares.size(); i++) {
      rising = shares.get(i) > shares.get(i - 1);
    }
    if (!rising || shares.get(shares.size() - 1) != 1) {
      throw new LayerException(
          "FixedSteps: the ends of steps must rise from 0 to 1, got " + shares + ".");
    }
  }

  /** n steps of one size. */
  public static FixedSteps of(ButcherTableau method, int n) {
    if (n < 1) {
      throw new LayerException("FixedSteps: at least 1 step is needed, got " + n + ".");
    }
    return new FixedSteps(
        method, IntStream.rangeClosed(0, n).mapToObj(i -> (double) i / n).toList());
  }

  @Override
  public Solution solve(VectorField field, double from, double to, Tensor x) {
    Tensor value = x;
    Tensor integral = Tensor.number(0);
    Tensor energy = Tensor.number(0);
    for (int i = 0; i < steps(); i++) {
      double t = time(from, to, i);
      double h = time(from, to, i + 1) - t;
      RungeKutta.Step step = RungeKutta.step(method, field, t, h, value, field.at(t, value));
      value = step.value();
      integral = integral.plus(step.integral());
      energy = energy.plus(step.energy());
    }
    int evaluations = steps() * method.stages();
    return new Solution(value, integral, energy, new SolveReport(shares, evaluations, 0, 0));
  }

  /** How many steps there are. */
  public int steps() {
    return shares.size() - 1;
  }

  /** The end of step i − 1; on the way back the same points of time, in reverse. */
  double time(double from, double to, int i) {
    return from <= to
        ? from + (to - from) * shares.get(i)
        : to + (from - to) * shares.get(steps() - i);
  }
}
