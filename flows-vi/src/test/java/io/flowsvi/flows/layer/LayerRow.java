package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamScope;
import java.util.Optional;

/**
 * One row of the transform contract: how to build a layer of a dimension.
 *
 * @param name what it shows
 * @param build makes the layer
 * @param startsNear how far from the identity it starts at most, per coordinate; infinite if not
 * @param least the smallest dimension it takes
 * @param cells how many cells a side of the 2-D grid has on which its density is summed
 * @param tolerance of the solver behind it, to which log-det, Jacobian and inverse agree
 * @param inBrief the same with fewer steps of a solver, where it does not matter how exact they are
 */
record LayerRow(
    String name,
    Build build,
    double startsNear,
    int least,
    int cells,
    double tolerance,
    Optional<Build> inBrief) {
  /** Enough for smooth densities, whose sums of midpoints converge at once. */
  private static final int COARSE = 80;

  /** Enough for densities with kinks and jumps. */
  private static final int FINE = 320;

  /** What rounding leaves of closed forms. */
  private static final double CLOSED = 1e-8;

  LayerRow(String name, Build build, double startsNear, int least) {
    this(name, build, startsNear, least, COARSE, CLOSED, Optional.empty());
  }

  /** A layer whose slope jumps, or whose densities are narrow. */
  LayerRow withFineGrid() {
    return new LayerRow(name, build, startsNear, least, FINE, tolerance, inBrief);
  }

  /** A layer that a solver computes to this tolerance. */
  LayerRow solvedTo(double other) {
    return new LayerRow(name, build, startsNear, least, cells, other, inBrief);
  }

  /** A layer whose solver may take other steps where only the sameness of code is asked for. */
  LayerRow withBrief(Build other) {
    return new LayerRow(name, build, startsNear, least, cells, tolerance, Optional.of(other));
  }

  /** This row with few steps. */
  LayerRow brief() {
    return new LayerRow(name, inBrief.orElse(build), startsNear, least, cells, tolerance, inBrief);
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
