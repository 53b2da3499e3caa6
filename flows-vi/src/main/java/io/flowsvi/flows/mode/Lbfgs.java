package io.flowsvi.flows.mode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One climb by limited-memory BFGS, a trial point at a time, so that many climbs can share each
 * evaluation of the density.
 *
 * <p>The line search brackets the two weak Wolfe conditions by doubling and bisection (Lewis and
 * Overton 2013, algorithm 2.6), which never asks more than one new point. A value of −∞ is a step
 * too far. Nocedal and Wright (2006), algorithm 7.4.
 */
final class Lbfgs {
  private static final int MEMORY = 20;
  private static final double ARMIJO = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int LINE_SEARCH = 40;

  private record Pair(double[] s, double[] y, double rho) {}

  private final int dim;
  private final double tolerance;
  private final Deque<Pair> pairs = new ArrayDeque<>();
  private double[] point;
  private double value;
  private double[] gradient;
  private double[] direction;
  private double slope;
  private double low;
  private double high;
  private double step;
  private int tries;
  private int quiet;
  private boolean done;

  /** A climb from a point of finite value with its gradient. */
  Lbfgs(double[] start, double value, double[] gradient, double tolerance) {
    this.dim = start.length;
    this.tolerance = tolerance;
    this.point = start;
    this.value = value;
    this.gradient = gradient;
    this.done = !(value > Double.NEGATIVE_INFINITY);
    if (!done) {
      aim();
    }
  }

  boolean done() {
    return done;
  }

  double[] point() {
    return point;
  }

  double value() {
    return value;
  }

  /** Where to evaluate next. */
  double[] trial() {
    double[] trial = new double[dim];
    for (int i = 0; i < dim; i++) {
      trial[i] = point[i] + step * direction[i];
    }
    return trial;
  }

  /** Takes in the evaluation of {@link #trial}. */
  void report(double[] trial, double newValue, double[] newGradient) {
    boolean finite = newValue > Double.NEGATIVE_INFINITY && isFinite(newGradient);
    if (!finite || newValue < value + ARMIJO * step * slope) {
      high = step;
    } else if (dot(newGradient, direction) > CURVATURE * slope) {
      low = step;
      if (high == Double.POSITIVE_INFINITY && ++tries > LINE_SEARCH) {
        accept(trial, newValue, newGradient);
        return;
      }
    } else {
      accept(trial, newValue, newGradient);
      return;
    }
    step = high < Double.POSITIVE_INFINITY ? (low + high) / 2 : 2 * step;
    if (++tries > LINE_SEARCH) {
      if (pairs.isEmpty()) {
        done = true;
      } else {
        // The model of the curvature misled: forget it and go by the gradient.
        pairs.clear();
        aim();
      }
    }
  }

  private void accept(double[] trial, double newValue, double[] newGradient) {
    double[] s = new double[dim];
    double[] y = new double[dim];
    for (int i = 0; i < dim; i++) {
      s[i] = trial[i] - point[i];
      y[i] = gradient[i] - newGradient[i];
    }
    double sy = dot(s, y);
    if (sy > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.addLast(new Pair(s, y, 1 / sy));
      if (pairs.size() > MEMORY) {
        pairs.removeFirst();
      }
    }
    double gain = newValue - value;
    quiet = gain < tolerance * Math.max(1, Math.abs(value) * 1e-3) ? quiet + 1 : 0;
    point = trial;
    value = newValue;
    gradient = newGradient;
    done = quiet >= 3;
    aim();
  }

  /** The next direction, by two loops over the remembered pairs. */
  private void aim() {
    double[] q = gradient.clone();
    List<Pair> newestFirst = new ArrayList<>();
    pairs.descendingIterator().forEachRemaining(newestFirst::add);
    double[] a = new double[newestFirst.size()];
    for (int k = 0; k < a.length; k++) {
      Pair p = newestFirst.get(k);
      a[k] = p.rho * dot(p.s, q);
      add(q, p.y, -a[k]);
    }
    if (!newestFirst.isEmpty()) {
      Pair last = newestFirst.get(0);
      double gamma = 1 / (last.rho * dot(last.y, last.y));
      for (int i = 0; i < dim; i++) {
        q[i] *= gamma;
      }
    }
    for (int k = a.length - 1; k >= 0; k--) {
      Pair p = newestFirst.get(k);
      add(q, p.s, a[k] - p.rho * dot(p.y, q));
    }
    direction = q;
    slope = dot(gradient, direction);
    low = 0;
    high = Double.POSITIVE_INFINITY;
    tries = 0;
    double size = Math.sqrt(dot(gradient, gradient));
    step = pairs.isEmpty() ? Math.min(1, 1 / Math.max(size, 1e-300)) : 1;
    if (!(slope > 0) || !isFinite(direction)) {
      done = pairs.isEmpty() || done;
      if (!done) {
        pairs.clear();
        aim();
      }
    }
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double[] from, double times) {
    for (int i = 0; i < to.length; i++) {
      to[i] += times * from[i];
    }
  }

  private static boolean isFinite(double[] x) {
    for (double v : x) {
      if (!Double.isFinite(v)) {
        return false;
      }
    }
    return true;
  }
}
