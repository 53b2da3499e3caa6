package io.flowsvi.flows.mode;

import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Finds maxima of a log density from several starts, and the curvature at each.
 *
 * <p>All starts climb side by side by L-BFGS; the distinct ends are polished by Newton steps in
 * coordinates in which the curvature is 1, which reaches the top however badly scaled the space is.
 *
 * @param starts how many climbs: the given start, then points of U(−2, 2)
 * @param iterations the most evaluations of each climb
 * @param newton the most Newton steps of each distinct end
 * @param polished the most ends that are polished, highest first
 */
public record ModeSearch(int starts, int iterations, int newton, int polished) {
  private static final double TOLERANCE = 1e-6;

  /** Curvatures below this count as this in a step: at most 1000 scales at once. */
  private static final double FLOOR = 1e-6;

  /** In more dimensions a full Hessian and its eigenvectors take minutes: scales have to do. */
  private static final int MOST_CORRELATED = 600;

  /** Ends this near, in units of their own curvature, are one. */
  private static final double SAME = 0.5;

  /** Eight starts. */
  public static ModeSearch defaults() {
    return new ModeSearch(8, 600, 25, 8);
  }

  /** Eight starts; fewer Newton steps, which cost D gradients each, in many dimensions. */
  public static ModeSearch of(int dim) {
    return dim <= 20
        ? defaults()
        : dim <= 60 ? new ModeSearch(8, 800, 15, 4) : new ModeSearch(4, 1000, 6, 1);
  }

  /** The distinct maxima, highest evidence first; at least one. */
  public List<Mode> search(BatchLogDensity density, double[] start, Seed seed) {
    return search(density, start, seed, () -> false);
  }

  /** As above, but goes no farther uphill than it is by the time {@code enough} says so. */
  public List<Mode> search(
      BatchLogDensity density, double[] start, Seed seed, BooleanSupplier enough) {
    double[] points = points(density.dim(), start, seed);
    return search(density, points, List.of(), enough);
  }

  /**
   * The known maxima and those beside them that climbs from these points {@code [N, D]} end at.
   * Ends at a known one are counted there, and are not polished; climbs that {@code enough} cut
   * short are left out where any is known.
   */
  public List<Mode> search(
      BatchLogDensity density, double[] points, List<Mode> known, BooleanSupplier enough) {
    List<Lbfgs> climbs = uphill(density, points, enough);
    climbs.removeIf(c -> !known.isEmpty() && !c.done());
    List<Lbfgs> best = new ArrayList<>(climbs);
    best.removeIf(c -> !(c.value() > Double.NEGATIVE_INFINITY));
    best.sort(Comparator.comparingDouble(c -> -c.value()));
    List<Mode> modes = new ArrayList<>(known);
    for (Lbfgs climb : best) {
      int met = nearest(modes, climb.point(), SAME);
      if (met < 0 && modes.size() >= known.size() + polished) {
        continue;
      }
      if (met < 0) {
        Mode mode = polish(density, climb.point(), enough);
        met = nearest(modes, mode.normal().loc(), SAME);
        if (met < 0) {
          modes.add(mode);
          continue;
        }
      }
      Mode m = modes.get(met);
      modes.set(met, new Mode(m.normal(), m.value(), m.flat(), m.climbs() + 1));
    }
    modes.sort(Comparator.comparingDouble(m -> -m.logEvidence()));
    return modes;
  }

  private double[] points(int d, double[] start, Seed seed) {
    double[] points = Arrays.copyOf(start, starts * d);
    UniformRandomProvider random = seed.fold("starts").generator();
    for (int i = d; i < points.length; i++) {
      points[i] = -2 + 4 * random.nextDouble();
    }
    return points;
  }

  /** All climbs side by side, to their ends or as far as they may go. */
  private List<Lbfgs> uphill(BatchLogDensity density, double[] start, BooleanSupplier enough) {
    int d = density.dim();
    double[] slopes = new double[start.length];
    double[] heights = density.gradients(start, slopes);
    List<Lbfgs> climbs = new ArrayList<>();
    for (int s = 0; s < heights.length; s++) {
      climbs.add(new Lbfgs(part(start, s, d), heights[s], part(slopes, s, d), TOLERANCE));
    }
    for (int i = 0; i < iterations; i++) {
      List<Lbfgs> going = climbs.stream().filter(c -> !c.done()).toList();
      if (going.isEmpty() || enough.getAsBoolean()) {
        break;
      }
      double[] points = new double[going.size() * d];
      for (int s = 0; s < going.size(); s++) {
        System.arraycopy(going.get(s).trial(), 0, points, s * d, d);
      }
      double[] gradients = new double[points.length];
      double[] values = density.gradients(points, gradients);
      for (int s = 0; s < going.size(); s++) {
        going.get(s).report(part(points, s, d), values[s], part(gradients, s, d));
      }
    }
    return climbs;
  }

  private Mode polish(BatchLogDensity density, double[] top, BooleanSupplier enough) {
    Affine map = scales(density, top);
    if (top.length > MOST_CORRELATED) {
      return new Mode(map, density.values(top)[0], 0, 1);
    }
    Curvature curvature = Curvature.at(density, map);
    for (int i = 0; i < newton; i++) {
      boolean there = curvature.decrement(FLOOR) < 1e-8 && curvature.standard();
      if (there || enough.getAsBoolean()) {
        break;
      }
      double[] centre = uphill(density, map, curvature);
      Affine next = curvature.refined(map, centre, FLOOR);
      Curvature again = Curvature.at(density, next);
      boolean flatNow = again.flat() > 0 && i > 6 && again.decrement(FLOOR) < 1e-4;
      map = next;
      curvature = again;
      if (flatNow) {
        break;
      }
    }
    return new Mode(map, curvature.value(), curvature.flat(), 1);
  }

  /** Each coordinate in units of its own curvature, as far as that can be seen from here. */
  private static Affine scales(BatchLogDensity density, double[] at) {
    int d = at.length;
    double[] points = new double[2 * d * d];
    double[] h = new double[d];
    for (int i = 0; i < d; i++) {
      h[i] = 1e-4 * Math.max(1, Math.abs(at[i]));
      System.arraycopy(at, 0, points, 2 * i * d, d);
      System.arraycopy(at, 0, points, (2 * i + 1) * d, d);
      points[2 * i * d + i] += h[i];
      points[(2 * i + 1) * d + i] -= h[i];
    }
    double[] g = new double[points.length];
    density.gradients(points, g);
    double[] matrix = new double[d * d];
    double logDet = 0;
    for (int i = 0; i < d; i++) {
      double second = (g[2 * i * d + i] - g[(2 * i + 1) * d + i]) / (2 * h[i]);
      double size = Math.abs(second);
      double scale = size > 1e-12 && size < 1e300 ? 1 / Math.sqrt(size) : 1;
      matrix[i * d + i] = scale;
      logDet += Math.log(scale);
    }
    return new Affine(at.clone(), matrix, logDet);
  }

  /** The best point along the Newton step: all lengths are tried in one batch. */
  private static double[] uphill(BatchLogDensity density, Affine map, Curvature curvature) {
    int d = map.dim();
    double[] step = curvature.newton(FLOOR);
    double[] z = new double[12 * d];
    double length = 2;
    for (int k = 0; k < 12; k++) {
      for (int j = 0; j < d; j++) {
        z[k * d + j] = length * step[j];
      }
      length *= k < 3 ? 0.5 : 0.25;
    }
    double[] x = map.apply(z);
    double[] values = density.values(x);
    int best = -1;
    double highest = curvature.value();
    for (int k = 0; k < 12; k++) {
      if (values[k] > highest) {
        highest = values[k];
        best = k;
      }
    }
    return best < 0 ? map.loc() : part(x, best, d);
  }

  /** Which of these modes a point is at, in units of its curvature; −1 if none. */
  private static int nearest(List<Mode> modes, double[] point, double within) {
    for (int k = 0; k < modes.size(); k++) {
      Affine normal = modes.get(k).normal();
      double[] z = Solve.inverse(normal, point);
      if (Math.sqrt(Lbfgs.dot(z, z) / z.length) < within) {
        return k;
      }
    }
    return -1;
  }

  private static double[] part(double[] all, int row, int d) {
    return Arrays.copyOfRange(all, row * d, (row + 1) * d);
  }
}
