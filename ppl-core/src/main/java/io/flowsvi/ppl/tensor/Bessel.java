package io.flowsvi.ppl.tensor;

/**
 * Scaled modified Bessel functions of orders 0 and 1.
 *
 * <p>Power series up to |x| = 30 (all terms positive, so no cancellation), Hankel's asymptotic
 * series beyond (DLMF 10.25.2 and 10.40.1); relative error below 1e-14.
 */
final class Bessel {
  private static final double SWITCH = 30;

  private Bessel() {}

  static double i0e(double x) {
    return scaled(Math.abs(x), 0);
  }

  static double i1e(double x) {
    return Math.copySign(scaled(Math.abs(x), 1), x);
  }

  private static double scaled(double x, int order) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x <= SWITCH) {
      double quarter = x * x / 4;
      double term = order == 0 ? 1 : x / 2;
      double sum = term;
      for (int k = 1; term > sum * 1e-17; k++) {
        term *= quarter / ((double) k * (k + order));
        sum += term;
      }
      return sum * Math.exp(-x);
    }
    double mu = 4.0 * order * order;
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 60; k++) {
      double odd = 2.0 * k - 1;
      double next = -term * (mu - odd * odd) / (k * 8 * x);
      if (Math.abs(next) >= Math.abs(term) || Math.abs(next) < 1e-18) {
        break;
      }
      term = next;
      sum += term;
    }
    return sum / Math.sqrt(2 * Math.PI * x);
  }
}
