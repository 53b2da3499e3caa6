package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamScope;

/**
 * One row of the transform contract: how to build a layer of a dimension.
 *
 * @param name what it shows
 * @param build makes the layer
 * @param startsNear how far from the identity it starts at most, per coordinate; infinite if not
 * @param least the smallest dimension it takes
 * @param cells how many cells a side of the 2-D grid has on which its density is summed
 * @param tolerance of the solver behind it, to which log-det, Jacobian and inverse agree
 */
record LayerRow(
    String name, Build build, double startsNear, int least, int cells, double tolerance) {
  /** Enough for smooth densities, whose sums of midpoints converge at once. */
  private static final int COARSE = 128;

  /** Enough for densities with kinks and jumps. */
  private static final int FINE = 640;

  /** What rounding leaves of closed forms. */
  private static final double CLOSED = 1e-8;

  LayerRow(String name, Build build, double startsNear, int least) {
    this(name, build, startsNear, least, COARSE, CLOSED);
  }

  /** A layer whose slope jumps, or whose densities are narrow. */
  LayerRow withFineGrid() {
    return new LayerRow(name, build, startsNear, least, FINE, tolerance);
  }

  /** A layer that a solver computes to this tolerance. */
  LayerRow solvedTo(double other) {
    return new LayerRow(name, build, startsNear, least, cells, other);
  }

  /** Whether coarse grids do. */
  boolean smooth() {
    return cells == COARSE;
  }

  /** Makes a layer. */
  interface Build {
    /** Of this dimension, with weights of its own in the scope. */
    Layer of(int dim, ParamScope scope);
  }

  @Override
  public String toString() {
    return name;
  }
}
