package io.flowsvi.models.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.models.image.ImageSource;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.VaeObjective;
import io.flowsvi.models.vae.part.LatentPrior;
import io.flowsvi.models.vae.part.Posteriors;
import io.flowsvi.models.vae.part.VaeNets;
import java.util.Map;

/**
 * Binds the library's VAE parts by name, and a {@link VaeCatalog} of these and of everything bound
 * with a {@link VaeBinder}. Needs nothing.
 */
public final class VaeModule extends AbstractModule {
  /** The module; it has no settings. */
  public VaeModule() {}

  @Override
  protected void configure() {
    VaeBinder binder = VaeBinder.vaeBinder(binder());
    ImageSource.all().forEach((name, part) -> binder.data(name).toInstance(part));
    VaeNets.encoders().forEach((name, part) -> binder.encoder(name).toInstance(part));
    VaeNets.decoders().forEach((name, part) -> binder.decoder(name).toInstance(part));
    Posteriors.all().forEach((name, part) -> binder.flow(name).toInstance(part));
    LatentPrior.all().forEach((name, part) -> binder.prior(name).toInstance(part));
    VaeObjective.all().forEach((name, part) -> binder.objective(name).toInstance(part));
  }

  @Provides
  @Singleton
  VaeCatalog catalog(
      Map<String, ImageSource> data,
      Map<String, VaeNets.Encoder> encoders,
      Map<String, VaeNets.Decoder> decoders,
      @VaeBinder.Amortised Map<String, FlowFamily> flows,
      Map<String, LatentPrior> priors,
      Map<String, VaeObjective> objectives) {
    return new VaeCatalog(data, encoders, decoders, flows, priors, objectives);
  }
}
