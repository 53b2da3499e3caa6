package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Replaces priors at named latents, for sensitivity checks: {@code p -> Normal.of(0, 10)}. */
public final class Substituted implements ContextDecorator {
  private final Context inner;
  private final Map<Latent, UnaryOperator<Distribution>> priors;

  private Substituted(Context inner, Map<Latent, UnaryOperator<Distribution>> priors) {
    this.inner = inner;
    this.priors = priors;
  }

  /** The model with these latents' priors passed through a function. */
  public static <D> Model<D> priors(
      Model<D> model, Map<Latent, UnaryOperator<Distribution>> priors) {
    Map<Latent, UnaryOperator<Distribution>> copy = Map.copyOf(priors);
    return (ctx, data) -> model.run(new Substituted(ctx, copy), data);
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    UnaryOperator<Distribution> change = priors.getOrDefault(site, UnaryOperator.identity());
    return inner.sample(site, change.apply(prior));
  }
}
