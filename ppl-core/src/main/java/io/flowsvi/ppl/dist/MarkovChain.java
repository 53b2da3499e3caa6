package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A path of T states, each one of K, that depends on the state before: the hidden part of a hidden
 * Markov model.
 *
 * <p>log p(z) = log π(z_1) + Σ_{t≥2} log A(z_{t−1}, z_t). A value is {@code [..., T]} of whole
 * numbers 0 to K − 1. Logits need not be normalised. As a latent it is summed out by the forward
 * algorithm: see {@link io.flowsvi.ppl.model.SummedOut}.
 */
public final class MarkovChain implements Distribution {
  private final Tensor initial;
  private final Tensor transition;
  private final int length;
  private final List<Argument> arguments;

  private MarkovChain(Tensor initial, Tensor transition, int length) {
    this.initial = initial;
    this.transition = transition;
    this.length = length;
    this.arguments =
        Arguments.of("MarkovChain")
            .and("initial", initial, Rule.EXTENDED)
            .and("transition", transition, Rule.EXTENDED)
            .list();
  }

  /**
   * By logits of the first state {@code [..., K]} and of each state after another {@code [..., K,
   * K]}, row: from, column: to. Throws {@link ShapeException} if they do not fit, {@link
   * PplException} if the length is not positive.
   */
  public static MarkovChain logits(Tensor initial, Tensor transition, int length) {
    int k = initial.shape().rank() == 0 ? 0 : initial.shape().dim(-1);
    boolean square = transition.shape().rank() >= 2 && transition.shape().dim(-1) == k;
    if (!square || transition.shape().dim(-2) != k) {
      throw new ShapeException(
          "MarkovChain: the first state's logits are "
              + initial.shape()
              + ", so transitions must be [..., "
              + k
              + ", "
              + k
              + "], got "
              + transition.shape()
              + ". Likely fix: give row: from, column: to as the last two axes.");
    }
    if (length < 1) {
      throw new PplException("MarkovChain: the length must be at least 1, got " + length + ".");
    }
    return new MarkovChain(initial, transition, length);
  }

  /** log π {@code [..., K]}, normalised. */
  public Tensor logInitial() {
    return initial.logSoftmax(-1);
  }

  /** log A {@code [..., K, K]}, rows normalised. */
  public Tensor logTransition() {
    return transition.logSoftmax(-1);
  }

  /** K. */
  public int states() {
    return initial.shape().dim(-1);
  }

  /** T. */
  public int length() {
    return length;
  }

  @Override
  public Shape eventShape() {
    return Shape.of(length);
  }

  @Override
  public Support support() {
    return Category.of(states());
  }

  @Override
  public Tensor logProb(Tensor value) {
    int k = states();
    Tensor inside = Inside.whole(value).times(value.lessThan(k));
    Tensor z = Inside.limited(inside, value, 0);
    Tensor sum = logInitial().choose(z.at(-1, 0));
    if (length > 1) {
      Tensor moves = z.slice(-1, 0, length - 1).times(k).plus(z.slice(-1, 1, length));
      Tensor logA = logTransition();
      Shape head = logA.shape().leading(logA.shape().rank() - 2);
      sum = sum.plus(logA.reshape(head.append(1, k * k)).choose(moves).sum(-1));
    }
    return sum.plus(Inside.log(inside).sum(-1));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    int k = states();
    double[] first = logInitial().exp().expand(batch.append(k)).toDoubles();
    double[] next = logTransition().exp().expand(batch.append(k, k)).toDoubles();
    double[] draws = Arena.current().uniform(seed, batch.append(length)).toDoubles();
    for (int row = 0; row < batch.size(); row++) {
      int state = -1;
      for (int t = 0; t < length; t++) {
        int at = row * length + t;
        state =
            state < 0
                ? chosen(first, row * k, k, draws[at])
                : chosen(next, (row * k + state) * k, k, draws[at]);
        draws[at] = state;
      }
    }
    return Arena.current().tensor(draws, batch.append(length));
  }

  private static int chosen(double[] p, int from, int k, double u) {
    int at = 0;
    for (double sum = p[from]; sum < u && at < k - 1; sum += p[from + at]) {
      at++;
    }
    return at;
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
