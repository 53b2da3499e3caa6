package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamScope;

/**
 * One row of the transform contract: how to build a layer of a dimension.
 *
 * @param name what it shows
 * @param build makes the layer
 * @param startsNear how far from the identity it starts at most, per coordinate; infinite if not
 * @param least the smallest dimension it takes
 */
record LayerRow(String name, Build build, double startsNear, int least) {
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
