package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Counts whose zeros come from a process of their own: 0 with probability gate, else a base count
 * above 0.
 *
 * <p>log p(0) = log g, log p(k) = log(1 − g) + log p_base(k) − log(1 − p_base(0)) for k &gt; 0.
 * Unlike in {@link ZeroInflated}, the base gives no zeros. In a draw, zeros of the base are
 * replaced by inversion of its probabilities above 0.
 */
public final class Hurdle implements Distribution {
  /** Where the search for a count ends: beyond, a base with many zeros has next to no mass. */
  private static final int FARTHEST = 100_000;

  private final Tensor gate;
  private final Distribution base;
  private final List<Argument> arguments;

  private Hurdle(Tensor gate, Distribution base) {
    Arguments.singleCounts("Hurdle", base);
    this.gate = gate;
    this.base = base;
    this.arguments =
        Arguments.of("Hurdle").and("gate", gate, Rule.PROBABILITY).andBase(base).list();
  }

  /** By the probability of a zero, and the distribution of counts above it. */
  public static Hurdle of(Tensor gate, Distribution base) {
    return new Hurdle(gate, base);
  }

  /** As {@link #of(Tensor, Distribution)}. */
  public static Hurdle of(double gate, Distribution base) {
    return of(Tensor.number(gate), base);
  }

  /** The distribution of the values above 0, before its zeros are taken away. */
  public Distribution base() {
    return base;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return base.support();
  }

  /** log(1 − p_base(0)). */
  private Tensor logAbove() {
    return Tails.logOneMinusExp(base.logProb(Tensor.number(0)).negate());
  }

  @Override
  public Tensor logProb(Tensor k) {
    Tensor above = base.logProb(k).minus(logAbove()).plus(gate.negate().log1p());
    return k.equalTo(0).select(gate.log(), above);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor zero = Bernoulli.probs(gate).sample(seed.fold("gate"), batch);
    double[] counts = base.sample(seed.fold("base"), batch).toDoubles();
    replaceZeros(counts, Arena.current().uniform(seed.fold("above"), batch).toDoubles(), batch);
    return zero.select(Tensor.number(0), Arena.current().tensor(counts, batch));
  }

  /** Gives each zero of the base another value, above 0: the first k with P(X ≤ k | X > 0) ≥ u. */
  private void replaceZeros(double[] counts, double[] u, Shape batch) {
    double[] logAbove = logAbove().expand(batch).toDoubles();
    double[] below = new double[counts.length];
    boolean left = true;
    for (int k = 1; left && k <= FARTHEST; k++) {
      double[] logP = base.logProb(Tensor.number(k)).expand(batch).toDoubles();
      left = false;
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 0) {
          below[i] += Math.exp(logP[i] - logAbove[i]);
          counts[i] = below[i] >= u[i] || k == FARTHEST ? k : 0;
          left |= counts[i] == 0;
        }
      }
    }
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
