package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Checks at a trial point that no parameter has a wrong sign; overflow is the starting point's
 * matter.
 */
final class RuleCheck implements ContextDecorator {
  private final Context inner;

  /** A model that is checked as it runs. */
  static <D> Model<D> of(Model<D> model) {
    // A class: linking a lambda takes a cold JVM a millisecond.
    return new Model<>() {
      @Override
      public void run(Context ctx, D data) {
        model.run(new RuleCheck(ctx), data);
      }
    };
  }

  private RuleCheck(Context inner) {
    this.inner = inner;
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    SiteChecks.signs(site, prior);
    return inner.sample(site, prior);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    SiteChecks.signs(site, likelihood);
    inner.observe(site, likelihood, value);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    SiteChecks.signs(site, likelihood);
    inner.observe(site, likelihood, value, present);
  }
}
