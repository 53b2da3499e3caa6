package io.flowsvi.flows.nested;

import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Draws outer coordinates from a mixture fitted to them, and inner ones from the normal at their
 * maximum given those.
 *
 * <p>log q(u, v) = log q(u) + ½ log det H(u) − ½ K log 2π − ½ ‖z‖², v = v̂(u) + δ + H^{−½} z, with
 * δ by {@link MeanShift}. Outer points are costly, inner ones cheap: each outer point serves
 * several draws.
 */
final class NestedProposal implements Candidate {
  private final OuterDensity density;
  private final Optional<StudentMixture> mixture;
  private final int[] outer;
  private final int[] inner;
  private final double[] start;
  private final double[] shift;
  private final int most;

  /**
   * A proposal.
   *
   * @param density of the outer coordinates
   * @param mixture fitted to it; empty where there are none
   * @param outer coordinates
   * @param inner coordinates
   * @param start of climbs where there are no outer coordinates
   * @param shift of the inner coordinates from their maximum to their mean
   * @param most outer points in one call of {@link #draw}
   */
  NestedProposal(
      OuterDensity density,
      Optional<StudentMixture> mixture,
      int[] outer,
      int[] inner,
      double[] start,
      double[] shift,
      int most) {
    this.density = density;
    this.mixture = mixture;
    this.outer = outer;
    this.inner = inner;
    this.start = start;
    this.shift = shift;
    this.most = most;
  }

  @Override
  public int dim() {
    return outer.length + inner.length;
  }

  @Override
  public Cloud draw(Seed seed, int n) {
    int count = mixture.isEmpty() ? 1 : Math.min(n, most);
    Cloud points =
        mixture
            .map(m -> m.draw(seed.fold("outer"), count))
            .orElseGet(() -> new Cloud(new double[0], new double[1]));
    UniformRandomProvider random = seed.fold("inner").generator();
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] all = new double[n * dim()];
    double[] logQ = new double[n];
    int row = 0;
    double constant = -0.5 * inner.length * Math.log(2 * Math.PI);
    List<Optional<InnerModes.Inner>> found = new ArrayList<>(density.inner(points, start));
    for (int u = 0; u < count; u++) {
      int end = (int) ((u + 1L) * n / count);
      for (; row < end; row++) {
        double[] z = normal.samples(inner.length).toArray();
        double[] point = point(points, u, found.get(u), z);
        double square = 0;
        for (double value : z) {
          square += value * value;
        }
        double logDet = found.get(u).map(i -> i.curvature().halfLogDet()).orElse(0.0);
        logQ[row] = points.logQ()[u] + logDet + constant - 0.5 * square;
        System.arraycopy(point, 0, all, row * dim(), dim());
      }
    }
    return new Cloud(all, logQ);
  }

  /** An outer point without an inner maximum keeps a normal of width 1: its density tells. */
  private double[] point(Cloud points, int u, Optional<InnerModes.Inner> found, double[] z) {
    double[] step = found.map(i -> i.curvature().back(z)).orElse(z);
    double[] point = found.map(i -> i.point().clone()).orElseGet(start::clone);
    for (int j = 0; j < outer.length; j++) {
      point[outer[j]] = points.points()[u * outer.length + j];
    }
    for (int i = 0; i < inner.length; i++) {
      point[inner[i]] += shift[i] + step[i];
    }
    return point;
  }
}
