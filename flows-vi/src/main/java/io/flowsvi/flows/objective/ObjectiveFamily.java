package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.tensor.PplException;

/** A recipe for an objective of a guide that is only known at run time: selectable by name. */
@FunctionalInterface
public interface ObjectiveFamily {
  /**
   * How many particles suit most fits: with 64 the noise of the total gradient no longer decides
   * how good a flow becomes, and a step costs less than four times one with 16.
   */
  int DEFAULT_PARTICLES = 64;

  /** An objective for this guide with so many particles a step. */
  Objective build(Guide<?> guide, int particles);

  /** The path gradient where the guide scores, the total gradient elsewhere. */
  static ObjectiveFamily standard() {
    return (guide, particles) ->
        guide instanceof ScorableGuide<?> scorable
            ? new PathGradientElbo(scorable, particles)
            : new Elbo(particles);
  }

  /** The ELBO with its total gradient, for any guide. */
  static ObjectiveFamily elbo() {
    return (guide, particles) -> new Elbo(particles);
  }

  /**
   * Sticking the landing; building it throws {@link PplException} for a guide that cannot score.
   */
  static ObjectiveFamily pathGradient() {
    return (guide, particles) -> {
      if (guide instanceof ScorableGuide<?> scorable) {
        return new PathGradientElbo(scorable, particles);
      }
      throw new PplException(
          "The path-gradient ELBO needs a guide that scores values; this one only draws. Likely fix: take the"
              + " objective 'elbo', or a family of bijective layers such as full-rank.");
    };
  }
}
