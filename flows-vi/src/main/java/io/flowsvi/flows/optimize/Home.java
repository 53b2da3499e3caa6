package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.compile.SingleMemory;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Session;
import java.util.Optional;

/**
 * Where the parameters of a fit live between steps: in the engine's memory if it can make the
 * update there, in floats, or else in Java's doubles.
 *
 * <p>The engine makes updates by Adam or AdamW of parameters that all train.
 */
public final class Home {
  private final Session session;
  private final ParamStore params;
  private final Optional<ParameterMemory.Adam> rule;
  private final Optional<? extends ParameterMemory> memory;

  private Home(
      Session session,
      ParamStore params,
      Optional<ParameterMemory.Adam> rule,
      Optional<? extends ParameterMemory> memory) {
    this.session = session;
    this.params = params;
    this.rule = rule;
    this.memory = memory;
  }

  /** In Java, where everything can see and change them. */
  public static Home inJava(Session session, ParamStore params) {
    return new Home(session, params, Optional.empty(), Optional.empty());
  }

  /** In the engine's memory if it has one and knows this rule. */
  public static Home of(Session session, ParamStore params, Optimizer optimizer) {
    Optional<ParameterMemory.Adam> rule = optimizer.inEngine();
    return rule.isPresent()
        ? new Home(session, params, rule, session.residence(params.size()))
        : inJava(session, params);
  }

  /** In floats, for code in single precision, whose updates are made by this rule. */
  public static Home inFloats(
      Session session, ParamStore params, ParameterMemory.Adam rule, SingleMemory memory) {
    return new Home(session, params, Optional.of(rule), Optional.of(memory));
  }

  /** Memory other than Java's doubles, if that is where the next step happens. */
  public Optional<? extends ParameterMemory> memory() {
    return params.trainsAll() ? memory : Optional.empty();
  }

  /** The engine's memory, if that is where the next step happens. */
  public Optional<Residence> residence() {
    return memory().filter(Residence.class::isInstance).map(Residence.class::cast);
  }

  /** Moves parameters and moments by the gradient kept there, of which a share is taken. */
  public void move(ParameterMemory place, Moments moments, double share, double rate) {
    moments.giveAwayTo(place);
    params.giveAway();
    place.adam(session, rule.orElseThrow(), rate, moments.count(), share);
  }
}
