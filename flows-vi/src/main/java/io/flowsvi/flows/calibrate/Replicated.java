package io.flowsvi.flows.calibrate;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.ContextDecorator;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;

/** Observes replicates in place of the data. */
final class Replicated implements ContextDecorator {
  private final Context inner;
  private final Map<String, Values> replicates;

  private Replicated(Context inner, Map<String, Values> replicates) {
    this.inner = inner;
    this.replicates = replicates;
  }

  /** The numbers at one site, plates first. */
  record Values(double[] numbers, Shape shape) {}

  static <D> Model<D> of(Model<D> model, Map<String, Values> replicates) {
    return (ctx, data) -> model.run(new Replicated(ctx, replicates), data);
  }

  @Override
  public Context inner() {
    return inner;
  }

  private Tensor replicate(Observed site) {
    Values values = replicates.get(site.name());
    return inner.data(values.numbers(), values.shape());
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    inner.observe(site, likelihood, replicate(site));
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    inner.observe(site, likelihood, replicate(site), present);
  }
}
