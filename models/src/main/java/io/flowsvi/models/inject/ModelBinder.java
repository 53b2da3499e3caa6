package io.flowsvi.models.inject;

import com.google.inject.Binder;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import io.flowsvi.models.bayes.ModelEntry;

/** Binds models by name: {@code ModelBinder.modelBinder(binder).model("my-model", entry)}. */
public final class ModelBinder {
  private final MapBinder<String, ModelEntry<?>> models;

  private ModelBinder(Binder binder) {
    Binder skipping = binder.skipSources(ModelBinder.class);
    this.models =
        MapBinder.newMapBinder(
            skipping, new TypeLiteral<String>() {}, new TypeLiteral<ModelEntry<?>>() {});
  }

  /** A binder for models in a module's configure method. */
  public static ModelBinder modelBinder(Binder binder) {
    return new ModelBinder(binder);
  }

  /** Adds a model. */
  public ModelBinder model(String name, ModelEntry<?> entry) {
    models.addBinding(name).toInstance(entry);
    return this;
  }
}
