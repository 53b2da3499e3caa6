package io.flowsvi.flows.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.flowsvi.flows.family.Families;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamilies;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.SviSettings;
import java.util.Map;

/**
 * Binds the library's flow and guide families by name, a {@link FlowCatalog} of these and of
 * everything bound with a {@link FlowBinder}, a {@link PriorCatalog} likewise, the objectives
 * {@code standard}, {@code elbo}, {@code path-gradient}, {@code entropy}, {@code iwae}, {@code
 * dreg}, {@code renyi} (α = ½) and {@code annealed} (1,000 steps), default {@link SviSettings}, and
 * an empty set of listeners. Needs nothing.
 */
public final class FlowsModule extends AbstractModule {
  /** The module; it has no settings. */
  public FlowsModule() {}

  @Override
  protected void configure() {
    FlowBinder binder = FlowBinder.flowBinder(binder());
    Families.all().forEach((name, family) -> binder.flow(name).toInstance(family));
    GuideFamilies.all().forEach((name, family) -> binder.guide(name).toInstance(family));
    PriorFamilies.all().forEach((name, prior) -> binder.prior(name).toInstance(prior));
    // Empty sets must be declared, or asking for them would be an error.
    binder.listeners();
    binder.objective("standard").toInstance(ObjectiveFamily.standard());
    binder.objective("elbo").toInstance(ObjectiveFamily.elbo());
    binder.objective("path-gradient").toInstance(ObjectiveFamily.pathGradient());
    binder.objective("iwae").toInstance(ObjectiveFamily.iwae());
    binder.objective("dreg").toInstance(ObjectiveFamily.doublyReparameterized());
    binder.objective("entropy").toInstance(ObjectiveFamily.entropy());
    binder.objective("renyi").toInstance(ObjectiveFamily.renyi(0.5));
    binder.objective("annealed").toInstance(ObjectiveFamily.annealed(1_000));
    binder.optionalSettings().setDefault().toInstance(SviSettings.defaults());
  }

  @Provides
  @Singleton
  FlowCatalog catalog(Map<String, FlowFamily> flows, Map<String, GuideFamily> guides) {
    return new FlowCatalog(flows, guides);
  }

  @Provides
  @Singleton
  PriorCatalog priors(Map<String, PriorFamily> priors) {
    return new PriorCatalog(priors);
  }
}
