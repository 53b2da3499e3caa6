package io.flowsvi.models.inject;

import com.google.inject.Binder;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.models.image.ImageSource;
import io.flowsvi.models.vae.VaeObjective;
import io.flowsvi.models.vae.part.LatentPrior;
import io.flowsvi.models.vae.part.VaeNets;
import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Binds the parts of VAEs by name: {@code VaeBinder.vaeBinder(binder).flow("mine").to(...)}. */
public final class VaeBinder {
  /** Marks flow families that are an encoder's posterior, not a guide of any model. */
  @Qualifier
  @Retention(RetentionPolicy.RUNTIME)
  @interface Amortised {}

  private final Binder binder;

  private VaeBinder(Binder binder) {
    this.binder = binder.skipSources(VaeBinder.class);
  }

  /** A binder for a module's configure method. */
  public static VaeBinder vaeBinder(Binder binder) {
    return new VaeBinder(binder);
  }

  /** A data set. */
  public LinkedBindingBuilder<ImageSource> data(String name) {
    return map(ImageSource.class, name);
  }

  /** An encoder network. */
  public LinkedBindingBuilder<VaeNets.Encoder> encoder(String name) {
    return map(VaeNets.Encoder.class, name);
  }

  /** A decoder network. */
  public LinkedBindingBuilder<VaeNets.Decoder> decoder(String name) {
    return map(VaeNets.Decoder.class, name);
  }

  /** A posterior. */
  public LinkedBindingBuilder<FlowFamily> flow(String name) {
    return MapBinder.newMapBinder(binder, String.class, FlowFamily.class, Amortised.class)
        .addBinding(name);
  }

  /** A prior. */
  public LinkedBindingBuilder<LatentPrior> prior(String name) {
    return map(LatentPrior.class, name);
  }

  /** An objective. */
  public LinkedBindingBuilder<VaeObjective> objective(String name) {
    return map(VaeObjective.class, name);
  }

  private <T> LinkedBindingBuilder<T> map(Class<T> type, String name) {
    return MapBinder.newMapBinder(binder, String.class, type).addBinding(name);
  }
}
