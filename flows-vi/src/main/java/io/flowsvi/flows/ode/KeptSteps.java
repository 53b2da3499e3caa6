package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Adaptive steps for training, as many and as long as in the training step before: so a training
 * step is recorded once for each number of them, and runs as one call.
 *
 * <p>The way is done in n equal steps. Every solve finds their estimated errors beside them and is
 * used only if the largest is within the tolerance, measured as {@link AdaptiveSteps} do: the root
 * mean square e of error/(absolute + relative·|x|) is at most 1. If e &gt; 1, the solve is made
 * anew in n(e/0.9)^(1/p) steps, p the method's order, but at least n + 1 and at most 2n; no
 * parameter moves before a solve holds. Where n(e/0.5)^(1/p) steps are fewer, 20 training steps in
 * a row, so many are taken next. Training starts with one step. Of {@code most} equal steps that do
 * not hold, the layer's training goes over to the adaptive steps, which read values.
 *
 * <p>n belongs to one layer's training ({@link Continuous#trained}) and to its checkpoints. Other
 * solves, scores and draws, keep nothing: there these are the adaptive steps of the tolerance.
 *
 * @param tolerance the adaptive steps whose method and tolerances these keep
 * @param most equal steps, for each of which a training step may be recorded
 */
public record KeptSteps(AdaptiveSteps tolerance, int most) implements Solver {
  private static final int MOST = 16;

  /** Checks the number. */
  public KeptSteps {
    if (most < 1) {
      throw new LayerException("KeptSteps: most must be at least 1, got " + most + ".");
    }
  }

  /** Dormand–Prince steps of one tolerance, relative and absolute; 16 at most. */
  public static KeptSteps of(double tolerance) {
    return new KeptSteps(AdaptiveSteps.of(tolerance), MOST);
  }

  @Override
  public Solution solve(VectorField field, double from, double to, Tensor x) {
    return tolerance.solve(field, from, to, x);
  }
}
