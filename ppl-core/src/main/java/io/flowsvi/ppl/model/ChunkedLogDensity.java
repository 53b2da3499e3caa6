package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/**
 * Evaluates a model chunk by chunk, each chunk in an arena of its own.
 *
 * <p>How many points go into a chunk is found by trying: with few the overhead of operations
 * counts, with many their results fall out of the cache, and where that is depends on the model.
 * Values do not depend on it.
 */
final class ChunkedLogDensity<D> implements BatchLogDensity {
  private static final int[] SIZES = {50, 200, 800};
  private static final int GRADIENTS = 200;

  private final Session session;
  private final ModelStructure structure;
  private final Model<D> model;
  private final D data;
  private final double[] secondsPerPoint = new double[SIZES.length];
  private final int[] trials = new int[SIZES.length];

  ChunkedLogDensity(Session session, ModelStructure structure, Model<D> model, D data) {
    this.session = session;
    this.structure = structure;
    this.model = model;
    this.data = data;
    Arrays.fill(secondsPerPoint, Double.POSITIVE_INFINITY);
  }

  @Override
  public int dim() {
    return structure.dim();
  }

  @Override
  public double[] values(double[] points) {
    int n = count(points);
    double[] values = new double[n];
    for (int from = 0; from < n; ) {
      int size = next();
      int count = Math.min(SIZES[size], n - from);
      long start = System.nanoTime();
      double[] some = part(points, from, count);
      double[] each =
          session.compute(a -> rows(a.tensor(some, Shape.of(count, dim()))).toDoubles());
      if (count == SIZES[size]) {
        // The best of a few: the first runs are slowed by compilation.
        trials[size]++;
        double seconds = (System.nanoTime() - start) / 1e9 / count;
        secondsPerPoint[size] = Math.min(secondsPerPoint[size], seconds);
      }
      keep(each, values, from);
      from += count;
    }
    return values;
  }

  /** Each size is tried in turn a few times, then the fastest is taken. */
  private int next() {
    int fewest = 0;
    int fastest = 0;
    for (int i = 1; i < SIZES.length; i++) {
      fewest = trials[i] < trials[fewest] ? i : fewest;
      fastest = secondsPerPoint[i] < secondsPerPoint[fastest] ? i : fastest;
    }
    return trials[fewest] < 4 ? fewest : fastest;
  }

  @Override
  public double[] gradients(double[] points, double[] gradients) {
    int n = count(points);
    int dim = dim();
    double[] values = new double[n];
    for (int from = 0; from < n; from += GRADIENTS) {
      int at = from;
      int count = Math.min(GRADIENTS, n - from);
      double[] some = part(points, from, count);
      double[] each =
          session.compute(
              arena -> {
                double[][] read = new double[1][];
                double[] g =
                    Tape.gradient(
                            some,
                            Shape.of(count, dim),
                            flat -> {
                              Tensor rows = rows(flat);
                              read[0] = rows.toDoubles();
                              return rows.sum();
                            })
                        .gradients()
                        .get(0);
                System.arraycopy(g, 0, gradients, at * dim, g.length);
                return read[0];
              });
      keep(each, values, from);
    }
    return values;
  }

  private int count(double[] points) {
    if (points.length % dim() != 0) {
      throw new ShapeException(
          "The model has "
              + dim()
              + " unconstrained dimensions, got "
              + points.length
              + " numbers: no whole number of points.");
    }
    return points.length / dim();
  }

  private double[] part(double[] points, int from, int count) {
    return Arrays.copyOfRange(points, from * dim(), (from + count) * dim());
  }

  private static void keep(double[] each, double[] values, int from) {
    for (int i = 0; i < each.length; i++) {
      values[from + i] = Double.isFinite(each[i]) ? each[i] : Double.NEGATIVE_INFINITY;
    }
  }

  /** [N], also where the model's terms have no particle axis of that size. */
  private Tensor rows(Tensor flat) {
    Tensor sum = Terms.sum(Scoring.run(structure, model, data, structure.assign(flat)).terms());
    return sum.expand(Shape.of(flat.shape().dim(0)));
  }
}
