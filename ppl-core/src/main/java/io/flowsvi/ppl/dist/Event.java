package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A distribution whose last batch dimensions became part of one event.
 *
 * <p>The log density is the sum over those dimensions: {@code [batch + sizes + event of base]} to
 * {@code [batch]}. The support is the base's.
 */
public final class Event implements Distribution {
  private final Distribution base;
  private final Shape sizes;

  Event(Distribution base, Shape sizes) {
    this.base = base;
    this.sizes = sizes;
  }

  /** The distribution of one element. */
  public Distribution base() {
    return base;
  }

  @Override
  public Shape eventShape() {
    return sizes.append(base.eventShape());
  }

  @Override
  public Support support() {
    return base.support();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Shape shape = value.shape();
    int inner = base.eventShape().rank();
    // The base may be constant over the new event dimensions: its density then needs expanding,
    // which a value of full shape already does.
    Tensor each =
        base.logProb(shape.rank() < sizes.rank() + inner ? value.expand(eventShape()) : value);
    int[] axes = new int[sizes.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i - axes.length;
    }
    return each.sum(axes);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return base.sample(seed, batch.append(sizes));
  }

  @Override
  public List<Argument> arguments() {
    return base.arguments();
  }

  @Override
  public String name() {
    return base.name();
  }
}
