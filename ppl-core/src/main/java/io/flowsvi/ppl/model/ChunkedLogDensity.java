package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates a model chunk by chunk: as compiled code on the JAVA backend, else, or where the model
 * cannot be recorded, each chunk in an arena of its own.
 *
 * <p>Two sizes of chunks are compiled: many points at once, so that a run's own cost does not
 * count, and few, for searches that climb from a handful of starts.
 */
final class ChunkedLogDensity<D> implements BatchLogDensity {
  private static final int MANY = 32;
  private static final int FEW = 4;

  /** More than so many points cost less as a part of many than as several few. */
  private static final int WORTH_MANY = 12;

  /** Points in an arena: with few the overhead of operations counts, with many their memory. */
  private static final int EAGER = 200;

  private final Session session;
  private final ModelStructure structure;
  private final Model<D> model;
  private final D data;
  private final List<DensityProgram> programs;

  ChunkedLogDensity(Session session, ModelStructure structure, Model<D> model, D data) {
    this.session = session;
    this.structure = structure;
    this.model = model;
    this.data = data;
    int dim = structure.dim();
    this.programs =
        session.settings().backend() == Backend.JAVA
            ? List.of(
                new DensityProgram(MANY, dim, this::rows), new DensityProgram(FEW, dim, this::rows))
            : List.of();
  }

  @Override
  public int dim() {
    return structure.dim();
  }

  /** One chunk, compiled; says whether it could be. */
  private interface Compiled {
    boolean run(DensityProgram program, int from, int count);
  }

  /** The first points, as many as compiled code can do. */
  private int compiled(int n, Compiled body) {
    int from = 0;
    for (DensityProgram program : programs) {
      int least = program.rows() == MANY ? WORTH_MANY : 0;
      boolean runs = true;
      while (runs && n - from > least) {
        int count = Math.min(program.rows(), n - from);
        runs = body.run(program, from, count);
        from += runs ? count : 0;
      }
    }
    return from;
  }

  @Override
  public synchronized double[] values(double[] points) {
    int n = count(points);
    double[] values = new double[n];
    int done = compiled(n, (program, from, count) -> program.values(points, from, count, values));
    for (int from = done; from < n; from += EAGER) {
      int count = Math.min(EAGER, n - from);
      double[] some = part(points, from, count);
      double[] each =
          session.compute(a -> rows(a.tensor(some, Shape.of(count, dim()))).toDoubles());
      System.arraycopy(each, 0, values, from, count);
    }
    return keep(values);
  }

  @Override
  public synchronized double[] gradients(double[] points, double[] gradients) {
    int n = count(points);
    double[] values = new double[n];
    int done =
        compiled(
            n, (program, from, count) -> program.gradients(points, from, count, values, gradients));
    for (int from = done; from < n; from += EAGER) {
      eagerGradients(points, from, Math.min(EAGER, n - from), values, gradients);
    }
    return keep(values);
  }

  private void eagerGradients(
      double[] points, int from, int count, double[] values, double[] gradients) {
    double[] some = part(points, from, count);
    session.compute(
        arena -> {
          double[] g =
              Tape.gradient(
                      some,
                      Shape.of(count, dim()),
                      flat -> {
                        Tensor rows = rows(flat);
                        System.arraycopy(rows.toDoubles(), 0, values, from, count);
                        return rows.sum();
                      })
                  .gradients()
                  .get(0);
          System.arraycopy(g, 0, gradients, from * dim(), g.length);
          return true;
        });
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

  private static double[] keep(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : Double.NEGATIVE_INFINITY;
    }
    return values;
  }

  /** [N], also where the model's terms have no particle axis of that size. */
  private Tensor rows(Tensor flat) {
    Tensor sum = Terms.sum(Scoring.run(structure, model, data, structure.assign(flat)).terms());
    return sum.expand(Shape.of(flat.shape().dim(0)));
  }
}
