package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.ppl.tensor.Tensor;

/** What one step minimises. */
public interface Objective {
  /** How many particles S a step draws. */
  int particles();

  /**
   * The guide a step proposes from: the fit's own, unless the objective needs draws of another
   * arrangement, as {@link StratifiedElbo} does.
   */
  default <D> Guide<? super D> proposing(Guide<? super D> guide) {
    return guide;
  }

  /** The temperature of a step, for annealing; an input of the step, so that it may be recorded. */
  default double temperature(long step) {
    return 1;
  }

  /**
   * Whether the loss of all particles is the mean of the losses of equal parts of them, so that a
   * long step may be split: not where particles are weighed against each other.
   */
  default boolean averagesParticles() {
    return false;
  }

  /** The scalar to minimise: a negative bound in nats. */
  Tensor loss(Scores scores, Tensor temperature);
}
