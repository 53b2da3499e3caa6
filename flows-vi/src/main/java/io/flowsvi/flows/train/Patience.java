package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import java.util.List;

/**
 * Stops when the best evaluation is so many evaluations old: early stopping on held-out data.
 *
 * @param evaluations how many without a new best to wait for
 * @param minimumSteps evaluations after fewer steps do not count (a warm-up)
 */
public record Patience(int evaluations, long minimumSteps) implements StoppingRule {
  /** Checks the values. */
  public Patience {
    if (evaluations < 1) {
      throw new PplException("Patience: evaluations must be at least 1, got " + evaluations + ".");
    }
    if (minimumSteps < 0) {
      throw new PplException(
          "Patience: minimumSteps must not be negative, got " + minimumSteps + ".");
    }
  }

  @Override
  public boolean reached(List<Evaluation> all) {
    int best = -1;
    int counted = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (Evaluation evaluation : all) {
      if (evaluation.step() >= minimumSteps) {
        if (evaluation.elbo() > highest) {
          highest = evaluation.elbo();
          best = counted;
        }
        counted++;
      }
    }
    return counted - 1 - best >= evaluations && best >= 0;
  }
}
