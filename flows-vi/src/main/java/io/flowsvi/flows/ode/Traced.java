package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/** A field whose flowlines follow a rule; velocities and tangents are the field's own. */
record Traced(VectorField field, Rule rule) implements VectorField {
  /** How a flowline is found. */
  interface Rule {
    /** The flowline at x. */
    Flowline at(double t, Tensor x);
  }

  @Override
  public int dim() {
    return field.dim();
  }

  @Override
  public Tensor velocity(double t, Tensor x) {
    return field.velocity(t, x);
  }

  @Override
  public Flowline at(double t, Tensor x) {
    return rule.at(t, x);
  }

  @Override
  public Tangents push(double t, Tensor x, Tensor directions) {
    return field.push(t, x, directions);
  }

  @Override
  public boolean takesAnyRows() {
    return field.takesAnyRows();
  }
}
