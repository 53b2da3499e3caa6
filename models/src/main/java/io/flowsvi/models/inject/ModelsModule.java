package io.flowsvi.models.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import java.util.Map;

/**
 * Binds the bundled models by name, and a {@link ModelCatalog} of these and every model bound with
 * a {@link ModelBinder}. Needs nothing.
 */
public final class ModelsModule extends AbstractModule {
  /** The module; it has no settings. */
  public ModelsModule() {}

  @Override
  protected void configure() {
    ModelBinder binder = ModelBinder.modelBinder(binder());
    ModelCatalog.bundled().forEach(binder::model);
  }

  @Provides
  @Singleton
  ModelCatalog catalog(Map<String, ModelEntry<?>> models) {
    return new ModelCatalog(models);
  }
}
