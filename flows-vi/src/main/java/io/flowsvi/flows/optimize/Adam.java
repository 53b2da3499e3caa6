package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.vector.Sweeps;
import io.flowsvi.ppl.vector.Width;
import java.util.Optional;

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
  private static final double GRAIN = Sweeps.GRAIN;

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
    update(moments, values, gradient, 1, trained, rate);
  }

  /** The same along a share of the gradient: a clipped one, without another pass over it. */
  public void update(
      Moments moments,
      double[] values,
      double[] gradient,
      double share,
      boolean[] trained,
      double rate) {
    double[] m = moments.first();
    double[] v = moments.second();
    long t = moments.count();
    double scale = 1 / (1 - Math.pow(beta2, t));
    double length = rate / (1 - Math.pow(beta1, t));
    int size = gradient.length;
    // Moments of frozen numbers see zero gradients, too; values move where they train.
    for (int at = 0; at < size; ) {
      int start = Blocks.start(trained, at, size);
      mean(m, v, gradient, share, at, start);
      at = start < size ? Blocks.end(trained, start, size) : size;
      step(values, m, v, gradient, share, start, at, length, scale);
    }
  }

  @Override
  public Optional<ParameterMemory.Adam> inEngine() {
    return Optional.of(new ParameterMemory.Adam(beta1, beta2, epsilon, 0));
  }

  private void mean(double[] m, double[] v, double[] gradient, double share, int from, int to) {
    for (int i = from; i < to; i++) {
      double g = gradient[i] * share;
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
    }
  }

  /** Both in one loop: the numbers of the next turns arrive while roots and quotients are made. */
  private void step(
      double[] values,
      double[] m,
      double[] v,
      double[] gradient,
      double share,
      int from,
      int to,
      double length,
      double scale) {
    int start = from;
    if (Sweeps.pay(gradient.length)) {
      start = Sweeps.end(Width.DOUBLE, from, to);
      Sweeps.all()
          .adam(
              values, m, v, gradient, from, to, share, beta1, 1 - beta1, beta2, 1 - beta2, length,
              scale, epsilon);
    }
    for (int i = start; i < to; i++) {
      double g = gradient[i] * share;
      double mean = beta1 * m[i] + (1 - beta1) * g + GRAIN - GRAIN;
      double square = beta2 * v[i] + (1 - beta2) * g * g + GRAIN - GRAIN;
      m[i] = mean;
      v[i] = square;
      values[i] -= length * mean / (Math.sqrt(square * scale) + epsilon);
    }
  }

  @Override
  public void remake(Moments moments, double[] values, boolean[] trained, double was, double rate) {
    long t = moments.updates();
    double share = (rate - was) / (1 - Math.pow(beta1, t));
    double scale = 1 / (1 - Math.pow(beta2, t));
    double[] m = moments.first();
    double[] v = moments.second();
    int size = m.length;
    for (int at = Blocks.start(trained, 0, size); at < size; ) {
      int end = Blocks.end(trained, at, size);
      move(values, m, v, at, end, share, scale);
      at = Blocks.start(trained, end, size);
    }
  }

  private void move(
      double[] values, double[] m, double[] v, int from, int to, double length, double scale) {
    for (int i = from; i < to; i++) {
      values[i] -= length * m[i] / (Math.sqrt(v[i] * scale) + epsilon);
    }
  }
}
