package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One run of {@link Made#sweep}: what {@link MadeSolution} does, within a range on plain arrays.
 *
 * <p>A range takes in everything before it by one product of tensors a layer; then its units and
 * coordinates, a few at a time, are sums over rows of N numbers in a loop without a call, where
 * operations on tensors would cost more than their arithmetic.
 *
 * @param pass the layers, and a context
 */
record MadeSweep(MadePass pass) {
  /** One layer within one range: its weights there, and its sums so far. */
  private static final class Part {
    private final double[] weights;
    private final int columns;
    private final double[][] sums;

    Part(double[] weights, int columns, double[][] sums) {
      this.weights = weights;
      this.columns = columns;
      this.sums = sums;
    }

    /** The sum of one output, complete, over the inputs found so far. */
    double[] sum(int output, List<double[]> found) {
      double[] sum = sums[output];
      int at = output * columns;
      int k = 0;
      for (; k + 4 <= found.size(); k += 4) {
        add(
            sum,
            weights[at + k],
            found.get(k),
            weights[at + k + 1],
            found.get(k + 1),
            weights[at + k + 2],
            found.get(k + 2),
            weights[at + k + 3],
            found.get(k + 3));
      }
      for (; k < found.size(); k++) {
        add(sum, weights[at + k], found.get(k));
      }
      return sum;
    }

    private static void add(double[] sum, double w, double[] a) {
      for (int n = 0; n < sum.length; n++) {
        sum[n] += w * a[n];
      }
    }

    /** Four inputs at once: the sum is read and written once for them. */
    private static void add(
        double[] sum,
        double w0,
        double[] a,
        double w1,
        double[] b,
        double w2,
        double[] c,
        double w3,
        double[] d) {
      for (int n = 0; n < sum.length; n++) {
        sum[n] += w0 * a[n] + w1 * b[n] + (w2 * c[n] + w3 * d[n]);
      }
    }
  }

  /** The coordinates, each a row of N numbers. */
  double[][] run(Made.RowSolver solver) {
    int hidden = pass.hidden();
    int[] cuts = pass.cuts();
    List<Optional<Tensor>> known = new ArrayList<>();
    for (int l = 0; l <= hidden; l++) {
      known.add(Optional.empty());
    }
    List<double[]> coordinates = new ArrayList<>();
    for (int b = 0; b < pass.ranges(); b++) {
      List<Part> parts = new ArrayList<>();
      List<List<double[]>> found = new ArrayList<>();
      for (int l = 0; l <= hidden; l++) {
        parts.add(part(b, l, known.get(l)));
        found.add(new ArrayList<>());
      }
      for (int degree = cuts[b]; degree < cuts[b + 1]; degree++) {
        for (int l = 0; l < hidden; l++) {
          int before = pass.first(l, cuts[b]);
          for (int u = pass.first(l, degree); u < pass.first(l, degree + 1); u++) {
            double[] unit = parts.get(l).sum(u - before, found.get(l));
            pass.settings().activation().apply(unit);
            found.get(l + 1).add(unit);
          }
        }
        double[] next = solver.coordinate(degree, numbers(degree, b, parts, found));
        found.get(0).add(next);
        coordinates.add(next);
      }
      for (int l = 0; b + 1 < pass.ranges() && l <= hidden; l++) {
        known.set(l, joined(known.get(l), found.get(l)));
      }
    }
    return coordinates.toArray(double[][]::new);
  }

  private double[][] numbers(int degree, int b, List<Part> parts, List<List<double[]>> found) {
    int[] cuts = pass.cuts();
    int width = cuts[b + 1] - cuts[b];
    int last = pass.hidden();
    double[][] numbers = new double[pass.settings().numbers()][];
    for (int p = 0; p < numbers.length; p++) {
      int output = p * width + degree - cuts[b];
      numbers[p] = parts.get(last).sum(output, found.get(last));
    }
    return numbers;
  }

  private Part part(int b, int l, Optional<Tensor> known) {
    Optional<MadePass.Range> range = pass.range(b, l, known);
    if (range.isEmpty()) {
      return new Part(new double[0], 0, new double[0][]);
    }
    Optional<Tensor> within = range.get().within();
    int columns = within.map(w -> w.shape().dim(1)).orElse(0);
    double[] own = within.map(Tensor::toDoubles).orElse(new double[0]);
    double[] start = range.get().base().toDoubles();
    double[][] sums = new double[range.get().base().shape().dim(0)][pass.rows()];
    int each = range.get().base().shape().dim(1);
    for (int u = 0; u < sums.length; u++) {
      if (each == 1) {
        Arrays.fill(sums[u], start[u]);
      } else {
        System.arraycopy(start, u * each, sums[u], 0, each);
      }
    }
    return new Part(own, columns, sums);
  }

  private Optional<Tensor> joined(Optional<Tensor> known, List<double[]> found) {
    if (found.isEmpty()) {
      return known;
    }
    int rows = pass.rows();
    double[] flat = new double[found.size() * rows];
    for (int k = 0; k < found.size(); k++) {
      System.arraycopy(found.get(k), 0, flat, k * rows, rows);
    }
    Tensor more = Arena.current().tensor(flat, Shape.of(found.size(), rows));
    return Optional.of(known.map(k -> Tensor.concat(List.of(k, more), 0)).orElse(more));
  }
}
