package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Counts with more zeros than a base distribution gives: 0 with probability gate, else a base draw.
 *
 * <p>log p(0) = log(g + (1 − g) p_base(0)), log p(k) = log(1 − g) + log p_base(k) for k &gt; 0.
 */
public final class ZeroInflated implements Distribution {
  private final Tensor gate;
  private final Distribution base;
  private final List<Argument> arguments;

  private ZeroInflated(Tensor gate, Distribution base) {
    Arguments.singleCounts("ZeroInflated", base);
    this.gate = gate;
    this.base = base;
    this.arguments =
        Arguments.of("ZeroInflated").and("gate", gate, Rule.PROBABILITY).andBase(base).list();
  }

  /** By the probability of an extra zero, and the distribution of the other values. */
  public static ZeroInflated of(Tensor gate, Distribution base) {
    return new ZeroInflated(gate, base);
  }

  /** As {@link #of(Tensor, Distribution)}. */
  public static ZeroInflated of(double gate, Distribution base) {
    return of(Tensor.number(gate), base);
  }

  /** The distribution of the values that are not extra zeros. */
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

  @Override
  public Tensor logProb(Tensor k) {
    Tensor drawn = base.logProb(k).plus(gate.negate().log1p());
    // log(g + e^drawn) = drawn + log(1 + e^{log g − drawn}), also where e^drawn underflows.
    Tensor excess = gate.log().minus(drawn);
    return drawn.plus(k.equalTo(0).select(excess.softplus(), 0));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor extra = Bernoulli.probs(gate).sample(seed.fold("gate"), batch);
    return extra.select(Tensor.number(0), base.sample(seed.fold("base"), batch));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
