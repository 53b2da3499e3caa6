package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Multiplies the log likelihood by a factor: tempering, power posteriors, weighted data.
 *
 * <p>Priors stay as they are. A factor of 0 leaves the prior.
 */
public final class Scaled implements ContextDecorator {
  private final Context inner;
  private final double factor;

  private Scaled(Context inner, double factor) {
    this.inner = inner;
    this.factor = factor;
  }

  /** The model with its likelihood to the power of a factor. */
  public static <D> Model<D> likelihood(Model<D> model, double factor) {
    return (ctx, data) -> model.run(new Scaled(ctx, factor), data);
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    inner.observe(site, new Power(likelihood, factor), value);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    inner.observe(site, new Power(likelihood, factor), value, present);
  }

  /** A distribution whose log density is multiplied; draws are the original's. */
  private record Power(Distribution base, double factor) implements Distribution {
    @Override
    public Shape eventShape() {
      return base.eventShape();
    }

    @Override
    public Support support() {
      return base.support();
    }

    @Override
    public Tensor logProb(Tensor value) {
      return base.logProb(value).times(factor);
    }

    @Override
    public Tensor sample(Seed seed, Shape batch) {
      return base.sample(seed, batch);
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
}
