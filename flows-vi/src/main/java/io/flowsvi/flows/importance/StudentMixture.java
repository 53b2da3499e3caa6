package io.flowsvi.flows.importance;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A mixture of multivariate Student-t distributions.
 *
 * <p>Draws are stratified: component k gets n·w_k of n draws, rounded at random so that the
 * expected number is exact.
 *
 * @param weights positive, sum 1
 * @param parts the components, of one dimension
 */
public record StudentMixture(double[] weights, List<StudentT> parts) implements Scorable {
  /** Copies the list and checks the sizes. */
  public StudentMixture {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || weights.length != parts.size()) {
      throw new PplException(
          "StudentMixture: " + weights.length + " weights for " + parts.size() + " components.");
    }
  }

  /** One component. */
  public static StudentMixture of(StudentT part) {
    return new StudentMixture(new double[] {1}, List.of(part));
  }

  /**
   * This mixture with one more component of this share: its own mean and covariance, as a Student-t
   * with few degrees of freedom. It bounds the weights where the others are too thin (Hesterberg
   * 1995).
   */
  public StudentMixture defended(double share, double df) {
    return defended(share, df, 1);
  }

  /** As {@link #defended(double, double)}, with standard deviations so many times as large. */
  public StudentMixture defended(double share, double df, double stretch) {
    int d = dim();
    double[] mean = new double[d];
    double[] scale = new double[d * d];
    for (int k = 0; k < parts.size(); k++) {
      for (int i = 0; i < d; i++) {
        mean[i] += weights[k] * parts.get(k).loc()[i];
      }
    }
    for (int k = 0; k < parts.size(); k++) {
      StudentT part = parts.get(k);
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          double sum = (part.loc()[i] - mean[i]) * (part.loc()[j] - mean[j]);
          for (int m = 0; m <= Math.min(i, j); m++) {
            sum += part.lower()[i * d + m] * part.lower()[j * d + m];
          }
          scale[i * d + j] += stretch * stretch * weights[k] * sum;
        }
      }
    }
    List<StudentT> all = new java.util.ArrayList<>(parts);
    all.add(StudentT.of(mean, scale, df));
    double[] shares = java.util.Arrays.copyOf(weights, all.size());
    for (int k = 0; k < parts.size(); k++) {
      shares[k] *= 1 - share;
    }
    shares[parts.size()] = share;
    return new StudentMixture(shares, all);
  }

  /** The distribution of some coordinates, in the order given. */
  public StudentMixture marginal(int... coordinates) {
    return new StudentMixture(
        weights, parts.stream().map(part -> part.marginal(coordinates)).toList());
  }

  @Override
  public int dim() {
    return parts.get(0).dim();
  }

  @Override
  public Cloud draw(Seed seed, int n) {
    int d = dim();
    double[] points = new double[n * d];
    int row = 0;
    double upTo = 0;
    double offset = seed.fold("strata").generator().nextDouble();
    for (int k = 0; k < parts.size(); k++) {
      upTo += weights[k];
      int end = k == parts.size() - 1 ? n : (int) Math.min(n, Math.floor(n * upTo + offset));
      fill(parts.get(k), seed.fold(k).generator(), points, row, Math.max(row, end));
      row = Math.max(row, end);
    }
    return new Cloud(points, logDensity(points));
  }

  private static void fill(
      StudentT part, UniformRandomProvider random, double[] points, int from, int to) {
    int d = part.dim();
    SharedStateContinuousSampler normal = ZigguratSampler.NormalizedGaussian.of(random);
    boolean heavy = part.df() < Double.POSITIVE_INFINITY;
    SharedStateContinuousSampler chi =
        heavy ? AhrensDieterMarsagliaTsangGammaSampler.of(random, part.df() / 2, 2) : normal;
    double[] z = new double[d];
    for (int row = from; row < to; row++) {
      for (int i = 0; i < d; i++) {
        z[i] = normal.sample();
      }
      double stretch = heavy ? Math.sqrt(part.df() / chi.sample()) : 1;
      for (int i = 0; i < d; i++) {
        double sum = 0;
        for (int j = 0; j <= i; j++) {
          sum += part.lower()[i * d + j] * z[j];
        }
        points[row * d + i] = part.loc()[i] + stretch * sum;
      }
    }
  }

  @Override
  public double[] logDensity(double[] points) {
    double[][] joint = logJoint(points);
    double[] density = new double[joint.length];
    for (int i = 0; i < joint.length; i++) {
      density[i] = logSum(joint[i]);
    }
    return density;
  }

  /** log w_k + log t_k(x_i), {@code [N][K]}. */
  double[][] logJoint(double[] points) {
    int d = dim();
    int n = points.length / d;
    double[][] joint = new double[n][parts.size()];
    double[] work = new double[d];
    for (int k = 0; k < parts.size(); k++) {
      StudentT part = parts.get(k);
      double constant = part.logConstant() + Math.log(weights[k]);
      for (int i = 0; i < n; i++) {
        joint[i][k] = part.logDensity(constant, part.distance(points, i, work));
      }
    }
    return joint;
  }

  static double logSum(double[] logs) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : logs) {
      max = Math.max(max, v);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double v : logs) {
      sum += Math.exp(v - max);
    }
    return max + Math.log(sum);
  }
}
