package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/** How the points of a field are carried from one time to another. */
public sealed interface Solver permits FixedSteps, AdaptiveSteps, KeptSteps {
  /** The points x {@code [..., D]} of time {@code from} at time {@code to}, earlier or later. */
  Solution solve(VectorField field, double from, double to, Tensor x);
}
