package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.EntropyGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.MixtureGuide;
import io.flowsvi.flows.guide.PointGuide;
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

  /**
   * The path gradient where the guide scores, by strata of a mixture; the total gradient elsewhere;
   * a point has one particle.
   */
  static ObjectiveFamily standard() {
    return (guide, particles) -> {
      if (guide instanceof MixtureGuide mixture) {
        return new StratifiedElbo(mixture, particles);
      }
      if (guide instanceof ScorableGuide<?> scorable) {
        return new PathGradientElbo(scorable, particles);
      }
      return new Elbo(guide instanceof PointGuide ? 1 : particles);
    };
  }

  /** The ELBO with its total gradient, for any guide. */
  static ObjectiveFamily elbo() {
    return (guide, particles) -> new Elbo(particles);
  }

  /**
   * Sticking the landing; building it throws {@link PplException} for a guide that cannot score.
   */
  static ObjectiveFamily pathGradient() {
    return (guide, particles) ->
        new PathGradientElbo(scorable("path-gradient ELBO", guide), particles);
  }

  /** The ELBO with the guide's exact entropy; building it throws {@link PplException} without. */
  static ObjectiveFamily entropy() {
    return (guide, particles) -> {
      if (guide instanceof EntropyGuide known) {
        return new EntropyElbo(known, particles);
      }
      throw new PplException(
          "The objective 'entropy' needs a guide whose entropy is known. Likely fix: take the"
              + " objective 'standard', or a family of normals such as mean-field, low-rank or"
              + " full-rank.");
    };
  }

  /** The importance-weighted bound of all particles, for any guide. */
  static ObjectiveFamily iwae() {
    return (guide, particles) -> new Iwae(particles);
  }

  /**
   * The importance-weighted bound with its doubly reparameterised gradient; building it throws
   * {@link PplException} for a guide that cannot score.
   */
  static ObjectiveFamily doublyReparameterized() {
    return (guide, particles) ->
        new DoublyReparameterizedIwae(scorable("doubly reparameterised bound", guide), particles);
  }

  /** The Rényi bound of this order, for any guide. */
  static ObjectiveFamily renyi(double alpha) {
    return (guide, particles) -> new Renyi(alpha, particles);
  }

  /** The ELBO with a KL part that rises from 0 during so many steps, for any guide. */
  static ObjectiveFamily annealed(long warmSteps) {
    return (guide, particles) -> new AnnealedElbo(particles, warmSteps, 0);
  }

  private static ScorableGuide<?> scorable(String objective, Guide<?> guide) {
    if (guide instanceof ScorableGuide<?> scorable) {
      return scorable;
    }
    throw new PplException(
        "The "
            + objective
            + " needs a guide that scores values; this one only draws. Likely fix: take the"
            + " objective 'elbo', or a family of bijective layers such as full-rank.");
  }
}
