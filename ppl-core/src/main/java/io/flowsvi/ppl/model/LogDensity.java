package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The log density of a model over its flat unconstrained vector, with its gradient: for optimisers,
 * Laplace approximations and a user's own sampler. On the JAVA backend both are compiled code.
 */
public interface LogDensity {
  /** The dimension of the vector. */
  int dim();

  /** log p(x, data) with the log-determinants of the supports. */
  double value(double[] x);

  /** Writes the gradient and returns the value. */
  double gradient(double[] x, double[] gradient);

  /** Of a model on its data. */
  static <D> LogDensity of(Session session, Model<D> model, D data) {
    return of(session, ModelStructure.of(session, model, data), model, data);
  }

  /** Of a model whose structure is known. */
  static <D> LogDensity of(Session session, ModelStructure structure, Model<D> model, D data) {
    int dim = structure.dim();
    return new LogDensity() {
      private final DensityProgram program =
          new DensityProgram(1, dim, x -> total(x).reshape(Shape.of(1)));

      @Override
      public int dim() {
        return dim;
      }

      @Override
      public double value(double[] x) {
        check(x);
        double[] compiled = new double[1];
        synchronized (program) {
          if (compiles() && program.values(x, 0, 1, compiled)) {
            return compiled[0];
          }
        }
        return session.compute(arena -> total(arena.tensor(x, Shape.of(1, dim))).item());
      }

      @Override
      public double gradient(double[] x, double[] gradient) {
        check(x);
        check(gradient);
        double[] compiled = new double[1];
        synchronized (program) {
          if (compiles() && program.gradients(x, 0, 1, compiled, gradient)) {
            return compiled[0];
          }
        }
        return session.compute(
            arena -> {
              Gradient g = Tape.gradient(x, Shape.of(1, dim), this::total);
              System.arraycopy(g.gradients().get(0), 0, gradient, 0, dim);
              return g.value();
            });
      }

      private boolean compiles() {
        return session.settings().backend() == Backend.JAVA;
      }

      private Tensor total(Tensor flat) {
        return Terms.sum(Scoring.run(structure, model, data, structure.assign(flat)).terms()).sum();
      }

      private void check(double[] x) {
        if (x.length != dim) {
          throw new ShapeException(
              "The model has " + dim + " unconstrained dimensions, got " + x.length + ".");
        }
      }
    };
  }
}
