package io.flowsvi.flows.importance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.numbers.gamma.Digamma;

/**
 * One step of expectation maximisation of a Student-t mixture on weighted points.
 *
 * <p>r_ik ∝ w_k t_k(x_i), u_ik = (ν_k + D)/(ν_k + δ_ik); means and covariances are averages
 * weighted by ω_i r_ik u_ik; ν_k solves 1 + log(ν/2) − ψ(ν/2) + mean(log u − u) + ψ((ν_old+D)/2) −
 * log((ν_old+D)/2) = 0. Peel and McLachlan (2000), section 3; with importance weights ω
 * Hoogerheide, Opschoor and van Dijk (2012).
 */
final class Expectation {
  private static final double LEAST_DF = 1;
  private static final double MOST_DF = 200;

  private Expectation() {}

  /**
   * The next mixture; components that lost nearly all weight are dropped. Empty if none is left.
   */
  static Optional<StudentMixture> step(StudentMixture q, double[] points, double[] omega) {
    int d = q.dim();
    int n = omega.length;
    double[][] joint = q.logJoint(points);
    List<StudentT> parts = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    double[] r = new double[n];
    double[] u = new double[n];
    double[] work = new double[d];
    for (int k = 0; k < q.parts().size(); k++) {
      StudentT part = q.parts().get(k);
      double weight = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double p = Math.exp(joint[i][k] - StudentMixture.logSum(joint[i]));
        r[i] = omega[i] > 0 ? omega[i] * p : 0;
        weight += r[i];
        squares += r[i] * r[i];
        double delta = part.distance(points, i, work);
        u[i] = part.df() == Double.POSITIVE_INFINITY ? 1 : (part.df() + d) / (part.df() + delta);
      }
      // Too few points to estimate a covariance from: the component goes.
      if (weight < 0.005 || weight * weight / squares < 2 * d + 4) {
        continue;
      }
      Optional<StudentT> next = fitted(part, points, r, u, weight);
      if (next.isPresent()) {
        parts.add(next.get());
        weights.add(weight);
      }
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[] normalised = weights.stream().mapToDouble(w -> w / total).toArray();
    return Optional.of(new StudentMixture(normalised, parts));
  }

  private static Optional<StudentT> fitted(
      StudentT part, double[] points, double[] r, double[] u, double weight) {
    int d = part.dim();
    double[] mean = new double[d];
    double sum = 0;
    for (int i = 0; i < r.length; i++) {
      double w = r[i] * u[i];
      sum += w;
      for (int j = 0; j < d && w > 0; j++) {
        mean[j] += w * points[i * d + j];
      }
    }
    for (int j = 0; j < d; j++) {
      mean[j] /= sum;
    }
    double[] covariance = new double[d * d];
    double[] centred = new double[d];
    for (int i = 0; i < r.length; i++) {
      double w = r[i] * u[i] / weight;
      if (w == 0) {
        continue;
      }
      for (int j = 0; j < d; j++) {
        centred[j] = points[i * d + j] - mean[j];
      }
      for (int j = 0; j < d; j++) {
        double a = w * centred[j];
        for (int m = 0; m <= j; m++) {
          covariance[j * d + m] += a * centred[m];
        }
      }
    }
    double df = df(part, r, u, weight);
    return Cholesky.factor(covariance, d).map(l -> new StudentT(mean, l, df));
  }

  private static double df(StudentT part, double[] r, double[] u, double weight) {
    double old = part.df();
    if (old == Double.POSITIVE_INFINITY) {
      return old;
    }
    double mean = 0;
    for (int i = 0; i < r.length; i++) {
      mean += r[i] == 0 ? 0 : r[i] * (Math.log(u[i]) - u[i]) / weight;
    }
    double half = (old + part.dim()) / 2;
    double constant = 1 + mean + Digamma.value(half) - Math.log(half);
    double low = LEAST_DF;
    double high = MOST_DF;
    // The left side falls in ν.
    for (int i = 0; i < 50; i++) {
      double middle = Math.sqrt(low * high);
      double f = Math.log(middle / 2) - Digamma.value(middle / 2) + constant;
      if (f > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.sqrt(low * high);
  }
}
