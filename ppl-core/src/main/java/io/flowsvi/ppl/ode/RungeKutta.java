package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Solves y' = f(t, y) by the classical Runge-Kutta method of order 4 with equal steps.
 *
 * <p>k₁ = f(t, y), k₂ = f(t + h/2, y + h k₁/2), k₃ = f(t + h/2, y + h k₂/2), k₄ = f(t + h, y + h
 * k₃), y(t + h) = y + h (k₁ + 2k₂ + 2k₃ + k₄)/6; the error falls with h⁴. A state is a list of
 * components, each of any shape that broadcasts (in a model {@code [S] + plates}). Not for stiff
 * equations. Hairer, Nørsett and Wanner (1993), section II.1, table 1.2.
 *
 * @param longestStep no step is longer; each interval between two times has equal steps
 */
public record RungeKutta(double longestStep) {
  /** Checks the step. */
  public RungeKutta {
    if (!(longestStep > 0)) {
      throw new PplException("RungeKutta: the longest step must be positive, got " + longestStep);
    }
  }

  /**
   * The state at each of these times, which ascend from the start. Throws {@link PplException} if
   * they do not, or if the rates are not one per component.
   */
  public List<List<Tensor>> solve(
      Rates rates, List<Tensor> initial, double start, double... times) {
    List<List<Tensor>> solution = new ArrayList<>();
    List<Tensor> state = initial;
    double time = start;
    for (double next : times) {
      if (!(next >= time)) {
        throw new PplException(
            "RungeKutta: times must ascend from the start "
                + start
                + ", got "
                + Arrays.toString(times)
                + ". Likely fix: sort the observations by time.");
      }
      int steps = (int) Math.ceil((next - time) / longestStep - 1e-9);
      double h = (next - time) / Math.max(1, steps);
      for (int i = 0; i < steps; i++) {
        state = step(rates, time + i * h, state, h);
      }
      time = next;
      solution.add(state);
    }
    return solution;
  }

  private static List<Tensor> step(Rates f, double t, List<Tensor> y, double h) {
    List<Tensor> k1 = rates(f, t, y);
    List<Tensor> k2 = rates(f, t + h / 2, moved(y, k1, h / 2));
    List<Tensor> k3 = rates(f, t + h / 2, moved(y, k2, h / 2));
    List<Tensor> k4 = rates(f, t + h, moved(y, k3, h));
    List<Tensor> next = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      Tensor middle = k2.get(i).plus(k3.get(i)).times(2);
      Tensor slope = k1.get(i).plus(middle).plus(k4.get(i));
      next.add(y.get(i).plus(slope.times(h / 6)));
    }
    return next;
  }

  private static List<Tensor> rates(Rates f, double t, List<Tensor> y) {
    List<Tensor> k = f.at(t, y);
    if (k.size() != y.size()) {
      throw new PplException(
          "RungeKutta: the state has "
              + y.size()
              + " components, the rates have "
              + k.size()
              + ". Likely fix: return one rate for each component, in the same order.");
    }
    return k;
  }

  private static List<Tensor> moved(List<Tensor> y, List<Tensor> k, double by) {
    List<Tensor> moved = new ArrayList<>();
    for (int i = 0; i < y.size(); i++) {
      moved.add(y.get(i).plus(k.get(i).times(by)));
    }
    return moved;
  }
}
