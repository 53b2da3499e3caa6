package io.flowsvi.flows.judge;

import io.flowsvi.ppl.model.BatchLogDensity;
import java.util.Arrays;

/** A density that counts how often it is asked, and asks the budget before every few points. */
final class CountedDensity implements BatchLogDensity {
  private static final int SLICE = 256;

  /** So long may pass between two looks at the budget. */
  private static final double SECONDS = 0.5;

  /** Fewer weights say nothing of their tail. */
  private static final int LEAST = 200;

  private final BatchLogDensity inner;
  private final Budget budget;
  private long values;
  private long gradients;
  private double perValue;
  private double perGradient;

  CountedDensity(BatchLogDensity inner, Budget budget) {
    this.inner = inner;
    this.budget = budget;
  }

  @Override
  public int dim() {
    return inner.dim();
  }

  @Override
  public double[] values(double[] points) {
    int n = points.length / dim();
    double[] all = new double[n];
    int slice;
    for (int from = 0; from < n; from += slice) {
      budget.check();
      // Until its speed is known a density may be slow.
      double fits = perValue > 0 ? SECONDS / perValue : SLICE / 4;
      slice = (int) Math.min(Math.max(fits, SLICE / 4), n - from);
      double since = budget.seconds();
      double[] some = inner.values(part(points, from, slice));
      perValue = faster(perValue, (budget.seconds() - since) / slice);
      System.arraycopy(some, 0, all, from, slice);
      values += slice;
    }
    return all;
  }

  @Override
  public double[] gradients(double[] points, double[] into) {
    int n = points.length / dim();
    double[] all = new double[n];
    for (int from = 0; from < n; from += SLICE) {
      budget.check();
      int slice = Math.min(SLICE, n - from);
      double[] some = new double[slice * dim()];
      double since = budget.seconds();
      System.arraycopy(inner.gradients(part(points, from, slice), some), 0, all, from, slice);
      System.arraycopy(some, 0, into, from * dim(), some.length);
      addGradients(slice);
      perGradient = faster(perGradient, (budget.seconds() - since) / slice);
    }
    return all;
  }

  /** The best so far: the first runs wait for compilation. */
  private static double faster(double before, double now) {
    return before > 0 ? Math.min(before, now) : now;
  }

  private double[] part(double[] points, int from, int count) {
    return Arrays.copyOfRange(points, from * dim(), (from + count) * dim());
  }

  /** So many of the values wanted as there is time for, at the best speed so far. */
  int affordable(int wanted, double seconds) {
    double each = perValue > 0 ? perValue : perGradient;
    double most = each > 0 ? seconds / each : wanted;
    return (int) Math.max(Math.min(LEAST, wanted), Math.min(wanted, most));
  }

  Budget budget() {
    return budget;
  }

  long valueCount() {
    return values;
  }

  long gradientCount() {
    return gradients;
  }

  /** Gradients taken, here or by a training step. */
  void addGradients(long more) {
    gradients += more;
    budget.addGradients(more);
  }
}
