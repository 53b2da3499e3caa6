package io.flowsvi.flows;

import io.flowsvi.flows.calibrate.Calibration;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;

/**
 * From a model and its data to a fit in one call, with defaults. For minibatches, checkpoints or an
 * objective of one's own put an {@link Svi} together: it takes the few lines that are in here.
 */
public final class Vi {
  private Vi() {}

  /**
   * Fits without tuning: climbs a ladder of guides until one passes, and judges the draws. Throws
   * what {@link ModelStructure#of} throws.
   */
  public static <D> AutoFit<D> fit(Session session, Model<D> model, D data) {
    return AutoFit.of(session, model, data);
  }

  /**
   * Whether fits without tuning give back what data were simulated from, in so many replications:
   * as many fits. Throws as {@link Calibration#of}.
   */
  public static <D> Calibration calibrate(
      Session session, Model<D> model, D data, int replications) {
    return Calibration.of(
        session, model, data, replications, (s, m, d) -> AutoFit.of(s, m, d).draws());
  }

  /** The same for fits of one family. */
  public static <D> Calibration calibrate(
      Session session, Model<D> model, D data, int replications, GuideFamily family) {
    return Calibration.of(
        session, model, data, replications, (s, m, d) -> fit(s, m, d, family).posterior());
  }

  /** Fits a guide of this family with the default settings. */
  public static <D> Fit<D> fit(Session session, Model<D> model, D data, GuideFamily family) {
    return fit(session, model, data, family, SviSettings.defaults());
  }

  /** Fits a guide of this family. Throws what {@link ModelStructure#of} and {@link Svi} throw. */
  public static <D> Fit<D> fit(
      Session session,
      Model<D> model,
      D data,
      GuideFamily family,
      SviSettings settings,
      SviListener... listeners) {
    ObjectiveFamily objective = ObjectiveFamily.standard();
    return fit(
        session,
        model,
        data,
        family,
        objective,
        ObjectiveFamily.DEFAULT_PARTICLES,
        settings,
        listeners);
  }

  /** Fits a guide of this family under an objective with so many particles a step. */
  public static <D> Fit<D> fit(
      Session session,
      Model<D> model,
      D data,
      GuideFamily family,
      ObjectiveFamily objective,
      int particles,
      SviSettings settings,
      SviListener... listeners) {
    ModelStructure structure = ModelStructure.of(session, model, data);
    ParamStore params = new ParamStore(session.seed().fold("params"));
    Guide<Object> guide = family.build(structure, params.scope("guide"));
    return new Svi<>(
            session, params, structure, model, guide, objective.build(guide, particles), settings)
        .run(data, listeners);
  }
}
