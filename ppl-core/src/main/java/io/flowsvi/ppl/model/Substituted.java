package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Replaces priors at named latents, for sensitivity checks: {@code p -> Normal.of(0, 10)}. */
public final class Substituted implements ContextDecorator {
  private final Context inner;
  private final Map<Latent, UnaryOperator<Distribution>> priors;

  private final Roll roll;

  private Substituted(Context inner, Map<Latent, UnaryOperator<Distribution>> priors, Roll roll) {
    this.inner = inner;
    this.priors = priors;
    this.roll = roll;
  }

  /**
   * The model with these latents' priors passed through a function. A run throws where it has no
   * such latent.
   */
  public static <D> Model<D> priors(
      Model<D> model, Map<Latent, UnaryOperator<Distribution>> priors) {
    Map<Latent, UnaryOperator<Distribution>> copy = Map.copyOf(priors);
    return (ctx, data) -> {
      Roll roll = new Roll("Substituted.priors", copy.keySet());
      model.run(new Substituted(ctx, copy, roll), data);
      roll.close();
    };
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    return inner.sample(site, roll.calls(site) ? priors.get(site).apply(prior) : prior);
  }
}
