package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Session;

/**
 * The log density of a model at many points of its flat unconstrained space at once.
 *
 * <p>Points are row-major {@code [N, D]}. A point without a density, NaN included, has value −∞.
 * Work is cut into chunks, so that memory does not grow with N; results do not depend on the cut.
 */
public interface BatchLogDensity {
  /** D. */
  int dim();

  /** log p of each point, with the log-determinants of the supports. */
  double[] values(double[] points);

  /** As {@link #values}, and writes the gradient of each at its place {@code [N, D]}. */
  double[] gradients(double[] points, double[] gradients);

  /** Of a model whose structure is known. */
  static <D> BatchLogDensity of(Session session, ModelStructure structure, Model<D> model, D data) {
    return new ChunkedLogDensity<>(session, structure, model, data);
  }
}
