package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Event;
import io.flowsvi.ppl.dist.LocationScale;
import io.flowsvi.ppl.dist.Standardized;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Set;

/**
 * Samples location-scale latents as loc + scale·z with z standard, and paths from their standard
 * steps, without editing the model.
 *
 * <p>The latent of the new model is {@code name_std}; the original value is a derived site under
 * its own name, so that draws of it read as before.
 */
public final class NonCentred implements ContextDecorator {
  private final Context inner;
  private final Roll sites;

  private NonCentred(Context inner, Roll sites) {
    this.inner = inner;
    this.sites = sites;
  }

  /** The model with these latents non-centred. A run throws where it has no such latent. */
  public static <D> Model<D> of(Model<D> model, Latent... sites) {
    Set<Latent> chosen = Set.of(sites);
    return (ctx, data) -> {
      Roll roll = new Roll("NonCentred.of", chosen);
      model.run(new NonCentred(ctx, roll), data);
      roll.close();
    };
  }

  /** The latent that stands for a non-centred one. */
  public static Latent standard(Latent site) {
    return new Latent(site.name() + "_std");
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    if (!sites.calls(site)) {
      return inner.sample(site, prior);
    }
    if (prior instanceof Standardized map) {
      Tensor z = inner.sample(standard(site), map.standard());
      return inner.derive(new Derived(site.name()), map.fromStandard(z));
    }
    Distribution each = prior instanceof Event event ? event.base() : prior;
    if (!(each instanceof LocationScale family)) {
      throw new SiteException(
          site,
          " ("
              + prior.name()
              + ") cannot be non-centred: its prior is not a location-scale one. Likely fix: leave"
              + " it out of NonCentred.of.");
    }
    // The base of an event is univariate, so its parameters broadcast with values as they are.
    Tensor z = inner.sample(standard(site), family.standard().event(prior.eventShape().dims()));
    Tensor value = family.loc().plus(family.scale().times(z));
    return inner.derive(new Derived(site.name()), value);
  }
}
