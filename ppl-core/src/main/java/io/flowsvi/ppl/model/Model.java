package io.flowsvi.ppl.model;

import java.util.Map;

/**
 * A probabilistic model: ordinary Java code over a context.
 *
 * @param <D> its data: plain Java, never tensors
 */
@FunctionalInterface
public interface Model<D> {
  /** Names every latent and observation once, whatever the values. */
  void run(Context context, D data);

  /** This model with some latents observed; see {@link Conditioned#condition}. */
  default Model<D> condition(Map<Latent, double[]> values) {
    return Conditioned.condition(this, values);
  }
}
