package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The solution of a differential equation at the times asked for.
 *
 * @param names of the components
 * @param values {@code [S] + plates + [T, C]}: times, then components
 */
public record Trajectory(List<String> names, Tensor values) {
  /** Copies the list. */
  public Trajectory {
    names = List.copyOf(names);
  }

  /**
   * One component at all times, {@code [S] + plates + [T]}. Throws {@link PplException} with the
   * names there are.
   */
  public Tensor get(String name) {
    return values.at(-1, State.index(names, name));
  }
}
