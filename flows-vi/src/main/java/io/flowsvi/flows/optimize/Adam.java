package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.PplException;

/**
 * Adam: steps scaled by running means of the gradient and of its square.
 *
 * <p>m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ ← θ − α m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ =
 * v/(1 − β₂ᵗ): ε is added after the bias correction. Kingma and Ba (2015), algorithm 1.
 *
 * @param beta1 decay of the mean
 * @param beta2 decay of the mean square
 * @param epsilon keeps the step finite where the gradient is 0
 */
public record Adam(double beta1, double beta2, double epsilon) implements Optimizer {
  /** So many numbers and their moments fit the first cache. */
  private static final int STRETCH = 512;

  /** Checks the ranges. */
  public Adam {
    checkDecay("Adam", "beta1", beta1);
    checkDecay("Adam", "beta2", beta2);
    if (!(epsilon > 0)) {
      throw new PplException("Adam: epsilon must be above 0, got " + epsilon + ".");
    }
  }

  /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8. */
  public static Adam standard() {
    return new Adam(0.9, 0.999, 1e-8);
  }

  static void checkDecay(String rule, String name, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new PplException(rule + ": " + name + " must be in [0, 1), got " + beta + ".");
    }
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public void update(
      Moments moments, double[] values, double[] gradient, boolean[] trained, double rate) {
    double[] m = moments.first();
    double[] v = moments.second();
    long t = moments.count();
    double correct1 = 1 - Math.pow(beta1, t);
    double correct2 = 1 - Math.pow(beta2, t);
    // Moments of frozen numbers see zero gradients, too; values move where they train. Both at a
    // stretch, while it is in the cache.
    for (int from = 0; from < gradient.length; from += STRETCH) {
      int to = Math.min(gradient.length, from + STRETCH);
      mean(m, v, gradient, from, to);
      move(values, m, v, trained, from, to, rate / correct1, correct2);
    }
  }

  private void mean(double[] m, double[] v, double[] gradient, int from, int to) {
    for (int i = from; i < to; i++) {
      double g = gradient[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    }
  }

  private void move(
      double[] values,
      double[] m,
      double[] v,
      boolean[] trained,
      int from,
      int to,
      double rate,
      double correct2) {
    for (int at = Blocks.start(trained, from, to); at < to; ) {
      int end = Blocks.end(trained, at, to);
      step(values, m, v, at, end, rate, 1 / correct2);
      at = Blocks.start(trained, end, to);
    }
  }

  private void step(
      double[] values, double[] m, double[] v, int from, int to, double rate, double scale) {
    for (int i = from; i < to; i++) {
      values[i] -= rate * m[i] / (Math.sqrt(v[i] * scale) + epsilon);
    }
  }

  @Override
  public void remake(Moments moments, double[] values, boolean[] trained, double was, double rate) {
    long t = moments.updates();
    double share = (rate - was) / (1 - Math.pow(beta1, t));
    double correct2 = 1 - Math.pow(beta2, t);
    double[] m = moments.first();
    double[] v = moments.second();
    move(values, m, v, trained, 0, m.length, share, correct2);
  }
}
