package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Session;
import java.util.Optional;

/**
 * Where the parameters of a fit live between steps: in the engine's memory if it can make the
 * update there, else in Java.
 *
 * <p>The engine makes updates by Adam or AdamW of parameters that all train.
 */
public final class Home {
  private final Session session;
  private final ParamStore params;
  private final Optimizer optimizer;
  private final Optional<Residence> residence;

  private Home(
      Session session, ParamStore params, Optimizer optimizer, Optional<Residence> residence) {
    this.session = session;
    this.params = params;
    this.optimizer = optimizer;
    this.residence = residence;
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

  /** The engine's memory, if that is where the next step happens. */
  public Optional<Residence> residence() {
    return params.trainsAll() ? residence : Optional.empty();
  }

  /** Moves parameters and moments by the gradient kept there, of which a share is taken. */
  public void move(Residence place, Moments moments, double share, double rate) {
    moments.giveAwayTo(place);
    params.giveAway();
    Residence.Adam update = optimizer.inEngine(rate, moments.count(), share).orElseThrow();
    session.compute(
        arena -> {
          place.adam(arena.engine(), update);
          return update;
        });
  }
}
