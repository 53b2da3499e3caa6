package io.flowsvi.ppl.model;

/**
 * A probabilistic model: ordinary Java code over a context.
 *
 * @param <D> its data: plain Java, never tensors
 */
@FunctionalInterface
public interface Model<D> {
  /** Names every latent and observation once, whatever the values. */
  void run(Context context, D data);
}
