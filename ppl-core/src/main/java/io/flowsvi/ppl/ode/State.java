package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The components of a differential equation at one time, by name.
 *
 * @param names in order
 * @param values in the same order; they broadcast with each other
 */
public record State(List<String> names, List<Tensor> values) {
  /** Copies the lists. */
  public State {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  /** The component of this name. Throws {@link PplException} with the names there are. */
  public Tensor get(String name) {
    return values.get(index(names, name));
  }

  static int index(List<String> names, String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new PplException("The equation has no state '" + name + "'; it has " + names + ".");
    }
    return index;
  }
}
