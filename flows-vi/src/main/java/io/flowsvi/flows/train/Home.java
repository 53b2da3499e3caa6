package io.flowsvi.flows.train;

import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Session;
import java.util.Optional;

/**
 * Where the parameters of a fit live between steps: in the engine's memory if it can make the
 * update there, else in Java.
 *
 * <p>The engine makes updates by Adam of parameters that all train, and keeps no mean of iterates.
 */
final class Home {
  private final Session session;
  private final ParamStore params;
  private final Optional<Residence> residence;

  private Home(Session session, ParamStore params, Optional<Residence> residence) {
    this.session = session;
    this.params = params;
    this.residence = residence;
  }

  static Home inJava(Session session, ParamStore params) {
    return new Home(session, params, Optional.empty());
  }

  static Home of(Session session, ParamStore params, SviSettings settings) {
    boolean can =
        settings.optimizer() instanceof Adam && settings.averaging().from() == Long.MAX_VALUE;
    return can
        ? new Home(session, params, session.residence(params.size()))
        : inJava(session, params);
  }

  /** The engine's memory, if that is where the next step happens. */
  Optional<Residence> residence() {
    return params.trainsAll() ? residence : Optional.empty();
  }

  /** Moves parameters and moments by the gradient kept there. */
  void move(Residence place, Adam adam, Moments moments, double share, double rate) {
    moments.giveAwayTo(place);
    params.giveAway();
    Residence.Adam update =
        new Residence.Adam(
            rate, adam.beta1(), adam.beta2(), adam.epsilon(), moments.count(), share);
    session.compute(
        arena -> {
          place.adam(arena.engine(), update);
          return update;
        });
  }
}
