package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Values;

/**
 * A vector field that may still need numbers, constants or a network's: what a {@link Continuous}
 * layer integrates.
 */
public interface Dynamics {
  /** D. */
  int dim();

  /** The numbers it needs beside weights of its own. */
  default ParamLayout layout() {
    return ParamLayout.empty();
  }

  /** Starting numbers. */
  default Init init() {
    return Init.zeros();
  }

  /** The field of these numbers, for use in the current arena. */
  VectorField bind(Values values);

  /** A field that needs none. */
  static Dynamics of(VectorField field) {
    return new Dynamics() {
      @Override
      public int dim() {
        return field.dim();
      }

      @Override
      public VectorField bind(Values values) {
        return field;
      }
    };
  }

  /** Two hidden layers of tanh units, and a last layer that starts at 0. */
  static Dynamics mlp(int dim, int hidden, ParamScope scope) {
    return FieldNet.of(FieldSettings.of(dim, hidden, hidden), scope);
  }
}
