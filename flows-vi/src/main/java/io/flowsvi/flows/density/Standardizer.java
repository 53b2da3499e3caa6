package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/**
 * Shifts and scales columns to mean 0 and standard deviation 1, bounded ones after their logit.
 *
 * @param mean of each column, or of its logit
 * @param sd of each column, or of its logit, positive
 * @param bounds between which all columns lie, if they are
 */
public record Standardizer(double[] mean, double[] sd, Optional<Bounds> bounds) {
  private static final int CHUNK = 4096;

  /** Of these rows of a table. Throws if a column is constant. */
  public static Standardizer of(RowSource rows, int... numbers) {
    return of(rows, 0, Optional.empty(), Seed.of(0), numbers);
  }

  /**
   * The same with uniform noise of a width added: half of it in the mean, a twelfth in the
   * variance; where there are bounds, of the logits of numbers spread by noise of a key.
   */
  static Standardizer of(
      RowSource rows, double cell, Optional<Bounds> bounds, Seed noise, int... numbers) {
    int columns = rows.columns();
    double[] mean = new double[columns];
    double[] sd = new double[columns];
    UnaryOperator<double[]> scale =
        part ->
            bounds
                .map(b -> Arrays.stream(Cells.spread(part, cell, noise)).map(b::unbounded))
                .map(DoubleStream::toArray)
                .orElse(part);
    chunked(rows, numbers, scale, (k, x) -> mean[k] += x / numbers.length);
    chunked(
        rows, numbers, scale, (k, x) -> sd[k] += (x - mean[k]) * (x - mean[k]) / numbers.length);
    double added = bounds.isPresent() ? 0 : cell;
    for (int k = 0; k < columns; k++) {
      mean[k] += added / 2;
      sd[k] = Math.sqrt(sd[k] + added * added / 12);
      if (!(sd[k] > 0)) {
        throw new PplException(
            "Column "
                + (k + 1)
                + " is constant ("
                + mean[k]
                + "): it has no density. Likely fix: drop it.");
      }
    }
    return new Standardizer(mean, sd, bounds);
  }

  @FunctionalInterface
  private interface Visit {
    void number(int column, double value);
  }

  private static void chunked(
      RowSource rows, int[] numbers, UnaryOperator<double[]> scale, Visit visit) {
    for (int from = 0; from < numbers.length; from += CHUNK) {
      int to = Math.min(numbers.length, from + CHUNK);
      double[] part = scale.apply(rows.pick(Arrays.copyOfRange(numbers, from, to)));
      for (int i = 0; i < part.length; i++) {
        visit.number(i % rows.columns(), part[i]);
      }
    }
  }

  /** Rows on the standard scale. Throws where a number is not between the bounds. */
  public double[] apply(double[] rows) {
    double[] out = new double[rows.length];
    for (int i = 0; i < out.length; i++) {
      int k = i % mean.length;
      double x = rows[i];
      out[i] = ((bounds.isPresent() ? bounds.get().unbounded(x) : x) - mean[k]) / sd[k];
    }
    return out;
  }

  /** Rows back on their own scale. */
  public double[] undo(double[] rows) {
    double[] out = new double[rows.length];
    for (int i = 0; i < out.length; i++) {
      int k = i % mean.length;
      double v = rows[i] * sd[k] + mean[k];
      out[i] = bounds.isPresent() ? bounds.get().bounded(v) : v;
    }
    return out;
  }

  /** log |det| of the map to the standard scale at each of these rows, which are on it. */
  double[] logDet(double[] standard) {
    int columns = mean.length;
    double[] all = new double[standard.length / columns];
    Arrays.fill(all, -Arrays.stream(sd).map(Math::log).sum());
    bounds.ifPresent(
        b -> {
          for (int i = 0; i < standard.length; i++) {
            int k = i % columns;
            all[i / columns] += b.logSlope(standard[i] * sd[k] + mean[k]);
          }
        });
    return all;
  }
}
