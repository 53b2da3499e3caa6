package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A point estimate: the mode of the posterior in unconstrained space. It knows no uncertainty.
 *
 * <p>All particles are the point z [D]; log q is 0 by convention. The mode is that of the density
 * of unconstrained values, log-determinants of the supports included, as in {@link
 * io.flowsvi.ppl.model.LogDensity}; it is not the mode of the constrained density. Draws are all
 * equal, and their importance weights mean nothing: k-hat is infinite.
 */
public final class MapGuide implements PointGuide {
  private final ModelStructure structure;
  private final Param point;

  /** Starts at the model's starting point. Throws as {@link AutoGuide#of}. */
  public MapGuide(ModelStructure structure, ParamScope scope) {
    AutoGuide.refuseBatches(structure);
    this.structure = structure;
    this.point = scope.param("point", Shape.of(structure.dim()), Init.zeros());
  }

  @Override
  public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
    Tensor z = point.value().expand(Shape.of(particles, structure.dim()));
    return AutoGuide.proposal(structure, z, z.sum(-1).times(0));
  }
}
