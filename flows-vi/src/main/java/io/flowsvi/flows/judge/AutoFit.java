package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.mode.ModeSearch;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fit without tuning: its draws, how far to trust them, and how it got there.
 *
 * @param draws the draws delivered, corrected by importance where that helps
 * @param judgement whether to trust them
 * @param rungs what was tried, in order
 * @param rung the name of the one the draws come from
 * @param modes the maxima found
 * @param assessment the importance weights behind the judgement
 * @param worst the largest k̂ of a single quantity, with its name
 * @param gradients gradient evaluations in all
 * @param values evaluations of the density alone, in all
 * @param seconds wall time
 * @param <D> the model's data
 */
public record AutoFit<D>(
    PointDraws<D> draws,
    Judgement judgement,
    List<RungReport> rungs,
    String rung,
    List<Mode> modes,
    Assessment assessment,
    Quantity worst,
    long gradients,
    long values,
    double seconds) {
  /** Copies the lists. */
  public AutoFit {
    rungs = List.copyOf(rungs);
    modes = List.copyOf(modes);
  }

  /** Fits a model to its data, with the default ladder and settings. */
  public static <D> AutoFit<D> of(Session session, Model<D> model, D data) {
    return of(session, model, data, Ladder.standard(), AutoSettings.defaults());
  }

  /** Fits a model to its data. Throws what {@link ModelStructure#of} throws. */
  public static <D> AutoFit<D> of(
      Session session, Model<D> model, D data, Ladder ladder, AutoSettings settings) {
    long begin = System.nanoTime();
    ModelStructure structure = ModelStructure.of(session, model, data);
    if (structure.dim() == 0) {
      throw new PplException(
          "The model has no latent to infer; its sites are "
              + structure.sites().stream().map(s -> s.site().name()).toList()
              + ". Likely fix: sample the unknown quantities with ctx.sample(new Latent(...),"
              + " prior).");
    }
    CountedDensity density =
        new CountedDensity(BatchLogDensity.of(session, structure, model, data));
    List<Mode> modes =
        ModeSearch.defaults()
            .search(density, structure.start(), session.seed().fold("auto").fold("modes"));
    Climb<D> climb =
        new Climb<>(session, structure, model, data, density, modes, session.seed().fold("auto"));
    List<RungReport> reports = new ArrayList<>();
    double before = seconds(begin);
    long gradients = 0;
    long values = 0;
    for (Rung rung : ladder.rungs()) {
      Optional<String> skip = rung.skip(climb);
      boolean spent =
          seconds(begin) > settings.seconds() || density.gradientCount() > settings.gradients();
      if (skip.isPresent() || (spent && !reports.isEmpty())) {
        reports.add(Ladder.skipped(rung.name(), skip.orElse("budget spent")));
        continue;
      }
      boolean passed =
          ladder.climb(rung, climb, reports, density, begin, before, gradients, values);
      if (climb.best() == null) {
        // No mode with a curvature: at least the start is known to have a density.
        Starts.nearStart(climb);
      }
      before = seconds(begin);
      gradients = density.gradientCount();
      values = density.valueCount();
      if (passed) {
        break;
      }
    }
    return Delivery.of(climb, settings, reports, begin);
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
