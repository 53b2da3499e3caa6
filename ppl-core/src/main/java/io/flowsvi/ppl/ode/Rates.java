package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** The right side of an ordinary differential equation. */
@FunctionalInterface
public interface Rates {
  /** dy/dt of each component at time t; components broadcast with each other. */
  List<Tensor> at(double time, List<Tensor> state);
}
