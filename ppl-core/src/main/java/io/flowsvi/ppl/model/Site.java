package io.flowsvi.ppl.model;

/** A named place in a model; typed, so that an observed site cannot be sampled. */
public sealed interface Site permits Latent, Observed, Derived, Factor, Generated {
  /** The name, unique in a model; Stan's spelling in exports. */
  String name();
}
