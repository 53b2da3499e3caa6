package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Set;

/** Leaves out the likelihood at named sites: the prior, or a leave-one-source-out fit. */
public final class Masked implements ContextDecorator {
  private final Context inner;
  private final Roll hidden;

  private Masked(Context inner, Roll hidden) {
    this.inner = inner;
    this.hidden = hidden;
  }

  /** The model without the likelihood of these sites. A run throws where it has no such site. */
  public static <D> Model<D> without(Model<D> model, Observed... sites) {
    Set<Observed> hidden = Set.of(sites);
    return (ctx, data) -> {
      Roll roll = new Roll("Masked.without", hidden);
      model.run(new Masked(ctx, roll), data);
      roll.close();
    };
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    if (!hidden.calls(site)) {
      inner.observe(site, likelihood, value);
    }
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    if (!hidden.calls(site)) {
      inner.observe(site, likelihood, value, present);
    }
  }
}
