package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.PplException;

/**
 * Adamax: Adam with the running maximum in place of the mean square, less moved by rare large
 * gradients.
 *
 * <p>m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g|); θ ← θ − α m̂/(u + ε), m̂ = m/(1 − β₁ᵗ). Kingma and Ba
 * (2015), algorithm 2; ε is not in the paper and guards u = 0.
 *
 * @param beta1 decay of the mean
 * @param beta2 decay of the maximum
 * @param epsilon keeps the step finite where the gradient is 0
 */
public record Adamax(double beta1, double beta2, double epsilon) implements Optimizer {
  /** Checks the ranges. */
  public Adamax {
    Adam.checkDecay("Adamax", "beta1", beta1);
    Adam.checkDecay("Adamax", "beta2", beta2);
    if (!(epsilon > 0)) {
      throw new PplException("Adamax: epsilon must be above 0, got " + epsilon + ".");
    }
  }

  /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8. */
  public static Adamax standard() {
    return new Adamax(0.9, 0.999, 1e-8);
  }

  @Override
  public String name() {
    return "adamax";
  }

  @Override
  public void update(
      Moments moments, double[] values, double[] gradient, boolean[] trained, double rate) {
    double[] m = moments.first();
    double[] u = moments.second();
    double correct = 1 - Math.pow(beta1, moments.count());
    for (int i = 0; i < gradient.length; i++) {
      double g = gradient[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      u[i] = Math.max(beta2 * u[i], Math.abs(g));
    }
    move(values, m, u, trained, rate / correct);
  }

  private void move(double[] values, double[] m, double[] u, boolean[] trained, double rate) {
    for (int at = Blocks.start(trained, 0, m.length); at < m.length; ) {
      int end = Blocks.end(trained, at, m.length);
      step(values, m, u, at, end, rate);
      at = Blocks.start(trained, end, m.length);
    }
  }

  private void step(double[] values, double[] m, double[] u, int from, int to, double rate) {
    for (int i = from; i < to; i++) {
      values[i] -= rate * m[i] / (u[i] + epsilon);
    }
  }

  @Override
  public void remake(Moments moments, double[] values, boolean[] trained, double was, double rate) {
    double share = (rate - was) / (1 - Math.pow(beta1, moments.updates()));
    double[] m = moments.first();
    double[] u = moments.second();
    move(values, m, u, trained, share);
  }
}
