package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of {@link Made#sweep}: what {@link MadeSolution} does, within a range on plain arrays.
 *
 * <p>A range takes in everything before it by one product of tensors a layer; then its units and
 * coordinates, a few at a time, are sums over rows of N numbers in a loop without a call, where
 * operations on tensors would cost more than their arithmetic.
 */
final class MadeSweep {
  private final MadeSettings settings;
  private final int[] cuts;
  private final List<int[]> degrees;
  private final List<MaskedLinear> layers;
  private final List<Optional<Param>> contextWeights;
  private final int rows;
  private final Optional<Tensor> context;

  MadeSweep(
      MadeSettings settings,
      int[] cuts,
      List<int[]> degrees,
      List<MaskedLinear> layers,
      List<Optional<Param>> contextWeights,
      int rows,
      Optional<Tensor> context) {
    this.settings = settings;
    this.cuts = cuts;
    this.degrees = degrees;
    this.layers = layers;
    this.contextWeights = contextWeights;
    this.rows = rows;
    this.context = context;
  }

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
    int hidden = degrees.size();
    List<Optional<Tensor>> known = new ArrayList<>();
    for (int l = 0; l <= hidden; l++) {
      known.add(Optional.empty());
    }
    List<double[]> coordinates = new ArrayList<>();
    for (int b = 0; b + 1 < cuts.length; b++) {
      List<Part> parts = new ArrayList<>();
      List<List<double[]>> found = new ArrayList<>();
      for (int l = 0; l <= hidden; l++) {
        parts.add(part(b, l, known.get(l)));
        found.add(new ArrayList<>());
      }
      for (int degree = cuts[b]; degree < cuts[b + 1]; degree++) {
        for (int l = 0; l < hidden; l++) {
          int before = first(l, cuts[b]);
          for (int u = first(l, degree); u < first(l, degree + 1); u++) {
            double[] unit = parts.get(l).sum(u - before, found.get(l));
            settings.activation().apply(unit);
            found.get(l + 1).add(unit);
          }
        }
        double[] next = solver.coordinate(degree, numbers(degree, b, parts, found));
        found.get(0).add(next);
        coordinates.add(next);
      }
      for (int l = 0; b + 2 < cuts.length && l <= hidden; l++) {
        known.set(l, joined(known.get(l), found.get(l)));
      }
    }
    return coordinates.toArray(double[][]::new);
  }

  private double[][] numbers(int degree, int b, List<Part> parts, List<List<double[]>> found) {
    int width = cuts[b + 1] - cuts[b];
    double[][] numbers = new double[settings.numbers()][];
    for (int p = 0; p < numbers.length; p++) {
      int output = p * width + degree - cuts[b];
      numbers[p] = parts.get(degrees.size()).sum(output, found.get(degrees.size()));
    }
    return numbers;
  }

  /** How many units of a layer have a smaller degree. */
  private int first(int l, int degree) {
    int count = 0;
    for (int d : degrees.get(l)) {
      count += d < degree ? 1 : 0;
    }
    return count;
  }

  private Part part(int b, int l, Optional<Tensor> known) {
    MaskedLinear layer = layers.get(l);
    int outputs = layer.rows(b);
    if (outputs == 0) {
      return new Part(new double[0], 0, new double[0][]);
    }
    Tensor base = layer.bias(b);
    if (l == 0 && context.isPresent()) {
      Tensor weight = contextWeights.get(b).orElseThrow().value();
      Tensor c = context.get();
      base =
          c.shape().rank() == 1
              ? base.plus(weight.matvec(c))
              : base.unsqueeze(-1).plus(weight.matmulTransposed(c));
    }
    double[] own = new double[0];
    int columns = 0;
    if (layer.sees(b)) {
      Tensor weight = layer.weight(b);
      int before = layer.before(b);
      if (before > 0) {
        Tensor earlier = weight.slice(1, 0, before).matmul(known.orElseThrow());
        base = earlier.plus(base.shape().rank() == 1 ? base.unsqueeze(-1) : base);
      }
      columns = weight.shape().dim(1) - before;
      own = weight.slice(1, before, before + columns).toDoubles();
    }
    double[] start = base.toDoubles();
    double[][] sums = new double[outputs][rows];
    for (int u = 0; u < outputs; u++) {
      if (base.shape().rank() == 1) {
        java.util.Arrays.fill(sums[u], start[u]);
      } else {
        System.arraycopy(start, u * rows, sums[u], 0, rows);
      }
    }
    return new Part(own, columns, sums);
  }

  private Optional<Tensor> joined(Optional<Tensor> known, List<double[]> found) {
    if (found.isEmpty()) {
      return known;
    }
    double[] flat = new double[found.size() * rows];
    for (int k = 0; k < found.size(); k++) {
      System.arraycopy(found.get(k), 0, flat, k * rows, rows);
    }
    Tensor more = Arena.current().tensor(flat, Shape.of(found.size(), rows));
    return Optional.of(known.map(k -> Tensor.concat(List.of(k, more), 0)).orElse(more));
  }
}
