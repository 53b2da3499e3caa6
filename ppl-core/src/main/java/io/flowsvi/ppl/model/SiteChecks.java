package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Rule;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/** Checks of values at a site, made once when a model is discovered. */
final class SiteChecks {
  private SiteChecks() {}

  /** Every parameter obeys its rule; infinite and NaN ones are left to the starting point. */
  static void rules(Site site, Distribution distribution) {
    for (Argument a : distribution.arguments()) {
      double[] values = a.value().toDoubles();
      for (int i = 0; i < values.length; i++) {
        if (Double.isFinite(values[i]) && !a.rule().allows(values[i])) {
          throw broken(site, distribution, a, values[i], i);
        }
      }
    }
  }

  /** No parameter has a wrong sign or leaves [0, 1], beyond rounding. */
  static void signs(Site site, Distribution distribution) {
    for (Argument a : distribution.arguments()) {
      if (a.value().isNumber()) {
        continue;
      }
      double[] values = a.value().toDoubles();
      for (int i = 0; i < values.length; i++) {
        boolean sign = a.rule() == Rule.POSITIVE || a.rule() == Rule.NON_NEGATIVE;
        boolean range = a.rule() == Rule.PROBABILITY;
        if (sign && values[i] < 0 || range && (values[i] < -1e-9 || values[i] > 1 + 1e-9)) {
          throw broken(site, distribution, a, values[i], i);
        }
      }
    }
  }

  private static SiteException broken(Site site, Distribution d, Argument a, double value, int i) {
    return new SiteException(
        site,
        " ("
            + d.name()
            + "): parameter '"
            + a.name()
            + "' must be "
            + a.rule().words()
            + ", got "
            + value
            + " at index "
            + index(a.value().shape(), i)
            + "."
            + a.rule().hint());
  }

  /**
   * Observed values are numbers and possible under their likelihood; present is null if all are.
   */
  static void data(
      Observed site, Distribution likelihood, Tensor value, double[] present, Layout layout) {
    double[] values = value.toDoubles();
    Shape shape = value.shape();
    int rank = likelihood.eventShape().rank();
    int inner = Math.max(1, likelihood.eventShape().size());
    for (int i = 0; i < values.length; i++) {
      if (isPresent(present, i / inner, values.length / inner) && Double.isNaN(values[i])) {
        throw new SiteException(
            site,
            " ("
                + likelihood.name()
                + "): the data are NaN at index "
                + layout.index(shape, rank, i)
                + ". Likely fix: drop the row, or mark it missing with ctx.observe(site,"
                + " likelihood, value, present).");
      }
    }
    for (int row = 0; row < values.length / inner; row++) {
      double[] one = Arrays.copyOfRange(values, row * inner, (row + 1) * inner);
      if (isPresent(present, row, values.length / inner) && !possible(likelihood, one)) {
        throw new SiteException(
            site,
            " ("
                + likelihood.name()
                + "): value "
                + (inner == 1 ? String.valueOf(one[0]) : Arrays.toString(one))
                + " at index "
                + layout.index(shape, rank, row * inner)
                + " is impossible: the support is "
                + likelihood.support().name()
                + ". Likely fix: check the data, or choose another likelihood.");
      }
    }
  }

  /**
   * Inside the support, or on its edge: a waiting time of 0 is possible under an exponential. Where
   * the density at the edge is not finite, the search for a start says so.
   */
  private static boolean possible(Distribution likelihood, double[] event) {
    Shape shape = likelihood.eventShape();
    if (likelihood.support().contains(event, shape)) {
      return true;
    }
    return likelihood.support() instanceof Support.Continuous continuous
        && continuous.eventRank() == 0
        && Arrays.stream(event).allMatch(v -> isEdge(continuous, v));
  }

  /** Whether a finite number has a neighbour inside. */
  private static boolean isEdge(Support support, double value) {
    return Double.isFinite(value)
        && (support.contains(new double[] {Math.nextUp(value)}, Shape.scalar())
            || support.contains(new double[] {Math.nextDown(value)}, Shape.scalar()));
  }

  /** Presence is 0 or 1. */
  static void present(Observed site, Tensor present) {
    double[] values = present.toDoubles();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new SiteException(
            site,
            ": present is "
                + values[i]
                + " at index "
                + index(present.shape(), i)
                + ", expected 1 where the datum counts and 0 where it is missing.");
      }
    }
  }

  private static boolean isPresent(double[] present, int row, int rows) {
    return present == null || present[present.length == rows ? row : row % present.length] != 0;
  }

  /** Indices as a user counts them in code, from 0. */
  private static String index(Shape shape, int flat) {
    int[] at = new int[shape.rank()];
    int rest = flat;
    for (int axis = at.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return Arrays.toString(at);
  }
}
