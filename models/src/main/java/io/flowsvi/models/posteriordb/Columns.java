package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Columns of a data set by name, and the arithmetic that makes designs of them.
 *
 * @param data where they are
 * @param rows how many rows
 */
record Columns(StanData data, int rows) {
  double[] of(String name) {
    return data.reals(name, rows);
  }

  double[] ones() {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }

  double[] log(String name) {
    return map(of(name), Math::log);
  }

  /** 1 where the column has this value. */
  double[] is(String name, double value) {
    return map(of(name), x -> x == value ? 1 : 0);
  }

  /** The column minus a number. */
  double[] minus(String name, double shift) {
    return map(of(name), x -> x - shift);
  }

  /** The column minus its mean. */
  double[] centred(String name) {
    return minus(name, mean(of(name)));
  }

  /** The column with mean 0 and standard deviation 1 (divisor N − 1). */
  double[] standardized(String name) {
    double[] centred = centred(name);
    double squares = Arrays.stream(centred).map(x -> x * x).sum();
    return map(centred, x -> x / Math.sqrt(squares / (rows - 1)));
  }

  static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  static double[] times(double[] a, double[] b) {
    double[] product = new double[a.length];
    Arrays.setAll(product, i -> a[i] * b[i]);
    return product;
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }

  private static double[] map(double[] x, DoubleUnaryOperator f) {
    return Arrays.stream(x).map(f).toArray();
  }
}
