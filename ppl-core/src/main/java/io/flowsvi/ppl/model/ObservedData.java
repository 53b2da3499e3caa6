package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** The data that a model observes, by site: what exports show beside replicates. */
public final class ObservedData {
  private ObservedData() {}

  /**
   * Runs the model at these values in the current arena; each site's data as {@code [S] + plates +
   * event}. Sites with missing values are left out.
   */
  public static <D> Map<String, Tensor> of(
      ModelStructure structure, Model<D> model, D data, Assignment values) {
    Map<String, Tensor> seen = new LinkedHashMap<>();
    int particles = structure.particles(values);
    Scoring scoring = Scoring.of(structure.layout(), values.reals(), particles);
    Layout layout = scoring.layout();
    Model<D> watched =
        (ctx, d) ->
            model.run(
                new ContextDecorator() {
                  @Override
                  public Context inner() {
                    return ctx;
                  }

                  @Override
                  public void observe(Observed site, Distribution likelihood, Tensor value) {
                    seen.put(site.name(), SiteValues.full(site, value, particles, layout));
                    ctx.observe(site, likelihood, value);
                  }
                },
                d);
    SummedOut.run(watched, data, scoring, layout);
    return seen;
  }
}
