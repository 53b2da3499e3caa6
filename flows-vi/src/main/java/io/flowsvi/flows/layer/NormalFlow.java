package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Standard normal noise through affine layers: a normal, whose entropy is exact.
 *
 * <p>H = ½ D (1 + log 2π) + Σ log|det|, with the layers' log-determinants, which do not depend on
 * z.
 */
final class NormalFlow implements EntropyFlow {
  private static final double PER_DIMENSION = 0.5 * (1 + Math.log(2 * Math.PI));
  private final List<BijectiveLayer> layers;
  private final Constant numbers;
  private final Flow flow;

  NormalFlow(BijectiveChain chain, Constant numbers) {
    this.layers = chain.layers();
    this.numbers = numbers;
    this.flow = chain.pushforward(numbers);
  }

  @Override
  public Tensor entropy() {
    int dim = eventShape().dim(0);
    Tensor zero = Arena.current().zeros(Shape.of(1, dim));
    return Run.forward(layers, numbers.values(), zero).logDet().sum().plus(dim * PER_DIMENSION);
  }

  @Override
  public Shape eventShape() {
    return flow.eventShape();
  }

  @Override
  public Support support() {
    return flow.support();
  }

  @Override
  public Tensor logProb(Tensor value) {
    return flow.logProb(value);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return flow.sample(seed, batch);
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    return flow.draw(seed, batch);
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String name() {
    return "NormalFlow";
  }
}
