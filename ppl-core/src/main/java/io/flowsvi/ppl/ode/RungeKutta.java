package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Solves y' = f(t, y) by a Runge-Kutta method with equal steps.
 *
 * <p>Steps and shapes are fixed, so a solve is a pure function of tensors; a step of a fit records
 * every evaluation of f, so their number is limited. A state is a list of components, each of any
 * shape that broadcasts (in a model {@code [S] + plates}). Not for stiff equations. Hairer, Nørsett
 * and Wanner (1993), section II.1.
 *
 * @param method of each step
 * @param longestStep no step is longer; each interval between two times has equal steps
 */
public record RungeKutta(ButcherTableau method, double longestStep) {
  private static final int MOST_EVALUATIONS = 20_000;

  /** Checks the step. */
  public RungeKutta {
    if (!(longestStep > 0)) {
      throw new PplException("RungeKutta: the longest step must be positive, got " + longestStep);
    }
  }

  /** Steps of order 4, at most this long. */
  public static RungeKutta every(double longestStep) {
    return new RungeKutta(ButcherTableau.RK4, longestStep);
  }

  /**
   * The state at each of these times, which ascend from the start. Throws {@link PplException} if
   * they do not, if the rates are not one per component, or if the steps are too many.
   */
  public List<List<Tensor>> solve(
      Rates rates, List<Tensor> initial, double start, double... times) {
    List<List<Tensor>> solution = new ArrayList<>();
    List<Tensor> state = initial;
    double time = start;
    limit(start, times);
    for (double next : times) {
      if (!(next >= time)) {
        throw new PplException(
            "RungeKutta: times must ascend from the start "
                + start
                + ", got "
                + Arrays.toString(times)
                + ". Likely fix: sort the observations by time.");
      }
      int steps = steps(time, next);
      double h = (next - time) / Math.max(1, steps);
      for (int i = 0; i < steps; i++) {
        state = step(rates, time + i * h, state, h);
      }
      time = next;
      solution.add(state);
    }
    return solution;
  }

  private int steps(double from, double to) {
    return (int) Math.ceil((to - from) / longestStep - 1e-9);
  }

  private void limit(double start, double... times) {
    double evaluations = 0;
    double time = start;
    for (double next : times) {
      evaluations += method.stages() * Math.ceil((next - time) / longestStep - 1e-9);
      time = next;
    }
    if (evaluations > MOST_EVALUATIONS) {
      throw new PplException(
          "RungeKutta: steps of "
              + longestStep
              + " from "
              + start
              + " to "
              + time
              + " take "
              + (long) evaluations
              + " evaluations of the rates, at most "
              + MOST_EVALUATIONS
              + " can be recorded. Likely fix: longer steps of ButcherTableau.DORMAND_PRINCE, or"
              + " time in other units.");
    }
  }

  private List<Tensor> step(Rates f, double t, List<Tensor> y, double h) {
    List<List<Tensor>> stages = new ArrayList<>();
    for (int i = 0; i < method.stages(); i++) {
      int stage = i;
      List<Tensor> at = moved(y, stages, h, j -> method.a(stage, j));
      stages.add(rates(f, t + method.c(i) * h, at));
    }
    return moved(y, stages, h, method::b);
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

  /** y + h Σ_j w_j k_j. */
  private static List<Tensor> moved(
      List<Tensor> y, List<List<Tensor>> stages, double h, IntToDoubleFunction weights) {
    List<Tensor> moved = new ArrayList<>(y);
    for (int i = 0; i < y.size(); i++) {
      for (int j = 0; j < stages.size(); j++) {
        double weight = h * weights.applyAsDouble(j);
        if (weight != 0) {
          moved.set(i, moved.get(i).plus(stages.get(j).get(i).times(weight)));
        }
      }
    }
    return moved;
  }
}
