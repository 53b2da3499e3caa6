package io.flowsvi.flows.nested;

import io.flowsvi.ppl.model.BatchLogDensity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The maximum of a log density over its inner coordinates, at given outer ones, with the curvature
 * there: Newton's method on many points side by side.
 *
 * <p>The Hessian is found by central differences of gradients, a group of coordinates at a time
 * ({@link Sparsity}). Where it is not negative definite its diagonal is raised; a step that does
 * not gain is halved.
 */
final class InnerModes {
  private static final int ITERATIONS = 40;
  private static final double THERE = 1e-2;
  private static final double STEP = 1e-3;

  private final BatchLogDensity density;
  private final int[] inner;
  private final Sparsity pattern;
  private final double[] scales;
  private long gradients;

  InnerModes(BatchLogDensity density, int[] inner, Sparsity pattern) {
    this.density = density;
    this.inner = inner;
    this.pattern = pattern;
    this.scales = new double[inner.length];
    Arrays.fill(scales, 0.1);
  }

  /**
   * An inner maximum.
   *
   * @param point all coordinates
   * @param value the log density there
   * @param curvature minus the Hessian by the inner coordinates, factored
   */
  record Inner(double[] point, double value, Envelope curvature) {}

  /** From starts with all coordinates; empty where there is none, or the climb does not end. */
  List<Optional<Inner>> search(List<double[]> starts) {
    List<Climb> climbs = new ArrayList<>();
    starts.forEach(s -> climbs.add(new Climb(s.clone())));
    for (int i = 0; i < ITERATIONS; i++) {
      List<Climb> going = climbs.stream().filter(c -> !c.ended).toList();
      if (going.isEmpty()) {
        break;
      }
      look(going);
      List<Climb> stepping = going.stream().filter(c -> !c.ended).toList();
      step(stepping);
    }
    return climbs.stream().map(c -> Optional.ofNullable(c.found)).toList();
  }

  /** How many gradients were taken so far. */
  long gradients() {
    return gradients;
  }

  private static final class Climb {
    private double[] point;
    private double value = Double.NaN;
    private double[] step;
    private double gain;
    private Envelope curvature;
    private Inner found;
    private boolean ended;
    private int halvings;

    Climb(double[] start) {
      point = start;
    }
  }

  /** Gradient, Hessian and Newton step at each point. */
  private void look(List<Climb> climbs) {
    int d = density.dim();
    int groups = pattern.groups().size();
    int each = 1 + 2 * groups;
    double[] points = new double[climbs.size() * each * d];
    double[] widths = Arrays.stream(scales).map(s -> STEP * s).toArray();
    for (int c = 0; c < climbs.size(); c++) {
      for (int r = 0; r < each; r++) {
        System.arraycopy(climbs.get(c).point, 0, points, (c * each + r) * d, d);
      }
      for (int k = 0; k < groups; k++) {
        for (int i : pattern.groups().get(k)) {
          points[(c * each + 1 + 2 * k) * d + inner[i]] += widths[i];
          points[(c * each + 2 + 2 * k) * d + inner[i]] -= widths[i];
        }
      }
    }
    double[] g = new double[points.length];
    double[] values = density.gradients(points, g);
    gradients += (long) climbs.size() * each;
    for (int c = 0; c < climbs.size(); c++) {
      aim(
          climbs.get(c),
          values[c * each],
          Arrays.copyOfRange(g, c * each * d, (c + 1) * each * d),
          widths);
    }
  }

  private void aim(Climb climb, double value, double[] g, double[] widths) {
    int n = inner.length;
    double[] gradient = new double[n];
    boolean finite = value > Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      gradient[i] = g[inner[i]];
      finite &= Double.isFinite(gradient[i]);
    }
    if (!finite) {
      climb.ended = true;
      return;
    }
    Column[] columns = columns(g, widths);
    Optional<Envelope> factor = Optional.empty();
    double ridge = 0;
    for (int tries = 0; tries < 12 && factor.isEmpty(); tries++) {
      double more = ridge;
      factor = Envelope.of(pattern, (i, j) -> element(columns, i, j, more));
      ridge = ridge == 0 ? 1e-3 : ridge * 5;
    }
    if (factor.isEmpty()) {
      climb.ended = true;
      return;
    }
    climb.value = value;
    climb.curvature = factor.get();
    climb.step = factor.get().solve(gradient);
    double decrement = 0;
    for (int i = 0; i < n; i++) {
      decrement += climb.step[i] * gradient[i];
    }
    climb.gain = decrement;
    if (decrement < THERE && ridge <= 1e-3) {
      climb.ended = true;
      climb.found =
          new Inner(moved(climb.point, climb.step, 1), value + decrement / 2, climb.curvature);
    }
    learn(columns);
  }

  /** A column of the Hessian from its first element on. */
  private record Column(int first, double[] elements) {
    double at(int row) {
      return elements[row - first];
    }
  }

  /** Minus the second derivatives, column by column of the pattern. */
  private Column[] columns(double[] g, double[] widths) {
    int d = density.dim();
    Column[] columns = new Column[inner.length];
    for (int k = 0; k < pattern.groups().size(); k++) {
      for (int i : pattern.groups().get(k)) {
        var rows = pattern.neighbours().get(i);
        int first = rows.nextSetBit(0);
        double[] elements = new double[rows.length() - first];
        for (int j = first; j >= 0; j = rows.nextSetBit(j + 1)) {
          double change = g[(2 + 2 * k) * d + inner[j]] - g[(1 + 2 * k) * d + inner[j]];
          elements[j - first] = change / (2 * widths[i]);
        }
        columns[i] = new Column(first, elements);
      }
    }
    return columns;
  }

  /** A dense coordinate's row is known from its own column only. */
  private double element(Column[] columns, int i, int j, double ridge) {
    boolean iDense = pattern.dense().get(i);
    boolean jDense = pattern.dense().get(j);
    double h =
        iDense == jDense
            ? 0.5 * (columns[i].at(j) + columns[j].at(i))
            : iDense ? columns[i].at(j) : columns[j].at(i);
    return i == j ? h + ridge * Math.max(Math.abs(h), 1e-3 / (scales[i] * scales[i])) : h;
  }

  /** Differences of a thousandth of each coordinate's own scale. */
  private void learn(Column[] columns) {
    for (int i = 0; i < scales.length; i++) {
      double h = columns[i].at(i);
      if (h > 0 && h < 1e300) {
        scales[i] = Math.min(1e3, Math.max(1e-6, 1 / Math.sqrt(h)));
      }
    }
  }

  /** A Newton step of each, or a part of it that gains. */
  private void step(List<Climb> climbs) {
    List<Climb> open = new ArrayList<>(climbs);
    open.forEach(c -> c.halvings = 0);
    int d = density.dim();
    while (!open.isEmpty()) {
      double[] points = new double[open.size() * d];
      for (int c = 0; c < open.size(); c++) {
        Climb climb = open.get(c);
        double[] trial = moved(climb.point, climb.step, Math.pow(0.4, climb.halvings));
        System.arraycopy(trial, 0, points, c * d, d);
      }
      double[] values = density.values(points);
      List<Climb> left = new ArrayList<>();
      for (int c = 0; c < open.size(); c++) {
        Climb climb = open.get(c);
        double share = Math.pow(0.4, climb.halvings);
        if (values[c] >= climb.value + 1e-3 * share * climb.gain - 1e-9 * Math.abs(climb.value)) {
          climb.point = Arrays.copyOfRange(points, c * d, (c + 1) * d);
        } else if (++climb.halvings > 25) {
          climb.ended = true;
        } else {
          left.add(climb);
        }
      }
      open = left;
    }
  }

  double[] moved(double[] point, double[] step, double share) {
    double[] next = point.clone();
    for (int i = 0; i < inner.length; i++) {
      next[inner[i]] += share * step[i];
    }
    return next;
  }
}
