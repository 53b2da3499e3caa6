package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;

/** Draws differentiably and knows the density of what it drew: what a guide is made of. */
public interface Sampler {
  /** The shape of one draw. */
  Shape eventShape();

  /** Draws of shape {@code [batch + event]} with their log densities {@code [batch]}. */
  Draw draw(Seed seed, Shape batch);
}
