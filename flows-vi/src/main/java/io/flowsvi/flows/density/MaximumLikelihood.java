package io.flowsvi.flows.density;

import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.util.function.Consumer;

/** Fits a flow to rows by maximum likelihood, epoch by epoch as {@link DensityTrainer} does. */
public final class MaximumLikelihood {
  private MaximumLikelihood() {}

  /**
   * Fits a density of a family, by name from a catalog, to rows as the command line does: as the
   * family trains it, with its own learning rate, else with the default settings. Its parameters
   * are put into the store, below {@code density}.
   */
  public static DensityFit fit(
      Session session, ParamStore params, PriorFamily family, RowSource rows) {
    EstimatedFlow flow = family.trained(rows.columns(), params.scope("density"));
    DensitySettings settings = DensitySettings.defaults().withLearningRate(family.learningRate());
    return fit(session, params, flow, rows, settings, epoch -> {});
  }

  /**
   * Fits the flow, whose parameters are in the store; they end at the best epoch. The flow is
   * trained as it is: take {@link PriorFamily#trained} of one from a catalog.
   */
  public static DensityFit fit(
      Session session,
      ParamStore params,
      Flow flow,
      RowSource rows,
      DensitySettings settings,
      Consumer<EpochReport> listener) {
    return fit(session, params, EstimatedFlow.of(flow), rows, settings, listener);
  }

  /**
   * Fits a flow by estimates of its log density, and by the penalties of its layers; epochs are
   * judged by the exact one.
   */
  public static DensityFit fit(
      Session session,
      ParamStore params,
      EstimatedFlow flow,
      RowSource rows,
      DensitySettings settings,
      Consumer<EpochReport> listener) {
    DensityTrainer trainer = new DensityTrainer(session, params, flow, rows, settings);
    while (!trainer.finished()) {
      listener.accept(trainer.epoch());
    }
    return trainer.fit();
  }
}
