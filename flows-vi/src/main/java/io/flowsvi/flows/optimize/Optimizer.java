package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.ParameterMemory;
import java.util.Optional;

/** A rule that turns gradients into steps downhill; itself without state, see {@link Moments}. */
public interface Optimizer {
  /** Its name, kept in checkpoints. */
  String name();

  /**
   * Moves the first {@code gradient.length} values one step of this rate. Values whose {@code
   * trained} is false stay as they are.
   */
  void update(Moments moments, double[] values, double[] gradient, boolean[] trained, double rate);

  /**
   * Makes the last move again at another rate: values end where {@link #update} from the same start
   * would have taken them, to rounding. Nothing of the start is kept for it, as the moments still
   * hold the direction.
   */
  void remake(Moments moments, double[] values, boolean[] trained, double was, double rate);

  /** The rule as an engine follows it in its own memory, if engines know it. */
  default Optional<ParameterMemory.Adam> inEngine() {
    return Optional.empty();
  }
}
