package io.flowsvi.flows.nested;

import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.ppl.model.BatchLogDensity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log density of the outer coordinates with the inner ones integrated out by Laplace's method.
 *
 * <p>log p̃(u) = log p(u, v̂) + ½ K log 2π − ½ log det H, where v̂ is the inner maximum given u and
 * H minus the Hessian there: exact where the inner latents are normal given u. Tierney and Kadane
 * (1986); Rue, Martino and Chopin (2009), eq. 3. Gradients are central differences.
 */
final class OuterDensity implements BatchLogDensity {
  private static final int TOGETHER = 8;
  private static final double STEP = 1e-3;

  private final InnerModes modes;
  private final int[] outer;
  private final int innerSize;
  private double[] centre;
  private double[][] slopes = new double[0][];

  OuterDensity(InnerModes modes, int[] outer, double[] start) {
    this.modes = modes;
    this.outer = outer;
    this.innerSize = start.length - outer.length;
    this.centre = start;
  }

  @Override
  public int dim() {
    return outer.length;
  }

  /** The inner maxima at outer points {@code [N, dim]}. */
  List<Optional<InnerModes.Inner>> inner(double[] points) {
    int n = points.length / outer.length;
    List<Optional<InnerModes.Inner>> all = new ArrayList<>();
    for (int from = 0; from < n; from += TOGETHER) {
      List<double[]> some = new ArrayList<>();
      for (int i = from; i < Math.min(n, from + TOGETHER); i++) {
        some.add(predicted(points, i));
      }
      all.addAll(modes.search(some));
    }
    return all;
  }

  /** The inner maxima of drawn outer points; the only one there is where none are outer. */
  List<Optional<InnerModes.Inner>> inner(Cloud points, double[] start) {
    return outer.length == 0 ? modes.search(List.of(start)) : inner(points.points());
  }

  /** Where the inner maximum of an outer point should be. */
  private double[] predicted(double[] points, int row) {
    double[] point = centre.clone();
    int k = outer.length;
    for (int j = 0; j < k; j++) {
      double away = points[row * k + j] - centre[outer[j]];
      for (int i = 0; i < point.length && slopes.length > 0 && Math.abs(away) < 3; i++) {
        point[i] += away * slopes[j][i];
      }
    }
    for (int j = 0; j < k; j++) {
      point[outer[j]] = points[row * k + j];
    }
    return point;
  }

  /** Learns, at an outer point, where to start the climbs of others. */
  boolean centreAt(double[] point) {
    Optional<InnerModes.Inner> here = inner(point).get(0);
    if (here.isEmpty()) {
      return false;
    }
    double[] top = here.get().point();
    slopes = new double[0][];
    centre = top;
    int k = outer.length;
    double[] moved = new double[k * k];
    for (int j = 0; j < k; j++) {
      System.arraycopy(point, 0, moved, j * k, k);
      moved[j * k + j] += 0.1;
    }
    List<Optional<InnerModes.Inner>> near = k == 0 ? List.of() : inner(moved);
    double[][] found = new double[k][top.length];
    for (int j = 0; j < k; j++) {
      if (near.get(j).isPresent()) {
        for (int i = 0; i < top.length; i++) {
          found[j][i] = (near.get(j).get().point()[i] - top[i]) / 0.1;
        }
      }
    }
    slopes = found;
    return true;
  }

  double value(Optional<InnerModes.Inner> inner) {
    return inner
        .map(i -> i.value() + 0.5 * innerSize * Math.log(2 * Math.PI) - i.curvature().halfLogDet())
        .orElse(Double.NEGATIVE_INFINITY);
  }

  @Override
  public double[] values(double[] points) {
    return inner(points).stream().mapToDouble(this::value).toArray();
  }

  @Override
  public double[] gradients(double[] points, double[] gradients) {
    int k = outer.length;
    int n = points.length / k;
    int each = 1 + 2 * k;
    double[] all = new double[n * each * k];
    for (int r = 0; r < n * each; r++) {
      System.arraycopy(points, r / each * k, all, r * k, k);
      int move = r % each - 1;
      if (move >= 0) {
        all[r * k + move / 2] += move % 2 == 0 ? STEP : -STEP;
      }
    }
    double[] values = values(all);
    double[] at = new double[n];
    for (int r = 0; r < n; r++) {
      at[r] = values[r * each];
      for (int j = 0; j < k; j++) {
        double change = values[r * each + 1 + 2 * j] - values[r * each + 2 + 2 * j];
        gradients[r * k + j] = change / (2 * STEP);
      }
    }
    return at;
  }
}
