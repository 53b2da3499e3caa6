package io.flowsvi.flows.inject;

import com.google.inject.Binder;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;

/**
 * Binds what users add to flowsvi, typed: {@code
 * FlowBinder.flowBinder(binder).flow("mine").to(...)}.
 *
 * <p>Names must be unique: a second binding of a name is an error that points at both lines.
 */
public final class FlowBinder {
  private final Binder binder;

  private FlowBinder(Binder binder) {
    this.binder = binder.skipSources(FlowBinder.class);
  }

  /** A binder for a module's configure method, or a module written as a lambda. */
  public static FlowBinder flowBinder(Binder binder) {
    return new FlowBinder(binder);
  }

  MapBinder<String, FlowFamily> flows() {
    return MapBinder.newMapBinder(binder, String.class, FlowFamily.class);
  }

  MapBinder<String, GuideFamily> guides() {
    return MapBinder.newMapBinder(binder, String.class, GuideFamily.class);
  }

  MapBinder<String, PriorFamily> priors() {
    return MapBinder.newMapBinder(binder, String.class, PriorFamily.class);
  }

  MapBinder<String, ObjectiveFamily> objectives() {
    return MapBinder.newMapBinder(binder, String.class, ObjectiveFamily.class);
  }

  Multibinder<SviListener> listeners() {
    return Multibinder.newSetBinder(binder, SviListener.class);
  }

  OptionalBinder<SviSettings> optionalSettings() {
    return OptionalBinder.newOptionalBinder(binder, SviSettings.class);
  }

  /** A flow family, which is a guide, too. */
  public LinkedBindingBuilder<FlowFamily> flow(String name) {
    return flows().addBinding(name);
  }

  /** A guide family that is not a flow. */
  public LinkedBindingBuilder<GuideFamily> guide(String name) {
    return guides().addBinding(name);
  }

  /** A density on vectors, for the density command and as a prior. */
  public LinkedBindingBuilder<PriorFamily> prior(String name) {
    return priors().addBinding(name);
  }

  /** An objective, for any guide. */
  public LinkedBindingBuilder<ObjectiveFamily> objective(String name) {
    return objectives().addBinding(name);
  }

  /** One more listener of every fit. */
  public LinkedBindingBuilder<SviListener> listener() {
    return listeners().addBinding();
  }

  /** The settings of fits, instead of the library's. */
  public LinkedBindingBuilder<SviSettings> settings() {
    return optionalSettings().setBinding();
  }
}
