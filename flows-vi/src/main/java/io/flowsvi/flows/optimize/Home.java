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
  private final Optimizer optimizer;
  private final Optional<? extends ParameterMemory> memory;

  private Home(
      Session session,
      ParamStore params,
      Optimizer optimizer,
      Optional<? extends ParameterMemory> memory) {
    this.session = session;
    this.params = params;
    this.optimizer = optimizer;
    this.memory = memory;
  }

  /** In Java, where everything can see and change them. */
  public static Home inJava(Session session, ParamStore params, Optimizer optimizer) {
    return new Home(session, params, optimizer, Optional.empty());
  }

  /** In the engine's memory if it has one and knows this rule. */
  public static Home of(Session session, ParamStore params, Optimizer optimizer) {
    return optimizer.inEngine(0, 1, 1).isPresent()
        ? new Home(session, params, optimizer, session.residence(params.size()))
        : inJava(session, params, optimizer);
  }

  /** In floats, for code in single precision, if this rule can be followed there. */
  public static Home inFloats(
      Session session, ParamStore params, Optimizer optimizer, SingleMemory memory) {
    return optimizer.inEngine(0, 1, 1).isPresent()
        ? new Home(session, params, optimizer, Optional.of(memory))
        : inJava(session, params, optimizer);
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
    place.adam(session, optimizer.inEngine(rate, moments.count(), share).orElseThrow());
  }
}
