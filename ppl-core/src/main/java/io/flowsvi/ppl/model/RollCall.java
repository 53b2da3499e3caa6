package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** Writes down the sites with a density, in the order the model names them. */
record RollCall(Context inner, List<String> met) implements ContextDecorator {
  /** A model whose sites are written down as it runs. */
  static <D> Model<D> of(Model<D> model, List<String> met) {
    // A class: linking a lambda takes a cold JVM a millisecond.
    return new Model<>() {
      @Override
      public void run(Context ctx, D data) {
        model.run(new RollCall(ctx, met), data);
      }
    };
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    met.add(site.name());
    return inner.sample(site, prior);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    met.add(site.name());
    inner.observe(site, likelihood, value);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    met.add(site.name());
    inner.observe(site, likelihood, value, present);
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {
    met.add(site.name());
    inner.factor(site, logDensity);
  }
}
