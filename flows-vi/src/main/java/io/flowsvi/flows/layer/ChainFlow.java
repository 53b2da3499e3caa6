package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A chain of bijections over a base, in either direction: draws and scores. */
final class ChainFlow implements Flow, StartsFromData, SettlesOnData {
  /** Which way the layers run from the base to the value. */
  enum Direction {
    /** Layers map noise to values. */
    PUSH,
    /** Layers map values to noise. */
    PULL
  }

  private final List<BijectiveLayer> layers;
  private final Supplier<List<Values>> numbers;
  private final Flow base;
  private final Direction direction;
  private final Optional<Constant> started;

  ChainFlow(
      List<BijectiveLayer> layers, Supplier<List<Values>> numbers, Flow base, Direction direction) {
    this(layers, numbers, base, direction, Optional.empty());
  }

  private ChainFlow(
      List<BijectiveLayer> layers,
      Supplier<List<Values>> numbers,
      Flow base,
      Direction direction,
      Optional<Constant> started) {
    this.layers = layers;
    this.numbers = numbers;
    this.base = base;
    this.direction = direction;
    this.started = started;
  }

  /** Data through the layers, with constants that may start from data. */
  static ChainFlow pulled(List<BijectiveLayer> layers, Constant numbers, Flow base) {
    return new ChainFlow(layers, numbers::values, base, Direction.PULL, Optional.of(numbers));
  }

  @Override
  public void startFrom(Session session, double[] rows) {
    started.ifPresent(numbers -> numbers.startFrom(session, rows));
  }

  @Override
  public boolean settles() {
    return started.map(Constant::settles).orElse(false);
  }

  @Override
  public void settle(Session session, double[] rows) {
    started.ifPresent(numbers -> numbers.settle(session, rows));
  }

  @Override
  public Shape eventShape() {
    return base.eventShape();
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Draw start = base.draw(seed, batch);
    Mapped mapped =
        direction == Direction.PUSH
            ? Run.forward(layers, numbers.get(), start.value())
            : Run.inverse(layers, numbers.get(), start.value());
    return new Draw(mapped.value(), start.logProb().minus(mapped.logDet()));
  }

  @Override
  public Tensor logProb(Tensor value) {
    Mapped mapped =
        direction == Direction.PUSH
            ? Run.inverse(layers, numbers.get(), value)
            : Run.forward(layers, numbers.get(), value);
    return base.logProb(mapped.value()).plus(mapped.logDet());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return draw(seed, batch).value();
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String name() {
    return "Flow";
  }
}
