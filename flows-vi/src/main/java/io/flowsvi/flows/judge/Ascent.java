package io.flowsvi.flows.judge;

import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.mode.ModeSearch;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A climb of one model in one or two parameterisations: the rungs made, the best so far. */
final class Ascent<D> {
  private final Session session;
  private final D data;
  private final Ladder ladder;
  private final AutoSettings settings;
  private final long begin;
  private final List<RungReport> reports = new ArrayList<>();
  private final List<CountedDensity> densities = new ArrayList<>();
  private Climb<D> best;

  Ascent(Session session, D data, Ladder ladder, AutoSettings settings, long begin) {
    this.session = session;
    this.data = data;
    this.ladder = ladder;
    this.settings = settings;
    this.begin = begin;
  }

  /** The rungs that train nothing, on one parameterisation; whether one passed. */
  boolean cheap(String suffix, ModelStructure structure, Model<D> model) {
    Seed seed = session.seed().fold("auto" + suffix);
    CountedDensity density =
        new CountedDensity(BatchLogDensity.of(session, structure, model, data));
    densities.add(density);
    double since = AutoFit.seconds(begin);
    List<Mode> modes =
        ModeSearch.of(structure.dim()).search(density, structure.start(), seed.fold("modes"));
    Climb<D> climb = new Climb<>(session, structure, model, data, density, modes, seed);
    boolean passed = false;
    for (Rung rung : ladder.rungs()) {
      if (!rung.trains() && !passed) {
        passed = rung(rung, suffix, climb, since);
        since = AutoFit.seconds(begin);
        if (climb.best() == null) {
          // No mode with a curvature: at least the start is known to have a density.
          Starts.nearStart(climb);
        }
      }
    }
    if (best == null || passed || Climb.better(climb.assessment(), best.assessment())) {
      best = climb;
    }
    return passed;
  }

  /** The rungs that train a guide, on the better parameterisation, until one passes. */
  void costly() {
    for (Rung rung : ladder.rungs()) {
      boolean worth = rung.trains() && Ladder.worthTraining(best.assessment());
      if (worth && rung(rung, "", best, AutoFit.seconds(begin))) {
        return;
      }
    }
  }

  AutoFit<D> deliver() {
    long gradients = 0;
    long values = 0;
    for (CountedDensity density : densities) {
      if (density != best.density()) {
        gradients += density.gradientCount();
        values += density.valueCount();
      }
    }
    return Delivery.of(best, settings, reports, begin, gradients, values);
  }

  private boolean rung(Rung rung, String suffix, Climb<D> climb, double since) {
    String name = rung.name() + suffix;
    Optional<String> skip = rung.skip(climb);
    boolean spent =
        AutoFit.seconds(begin) > settings.seconds()
            || climb.density().gradientCount() > settings.gradients();
    if (skip.isPresent() || (spent && best != null)) {
      reports.add(Ladder.skipped(name, skip.orElse("budget spent")));
      return false;
    }
    long gradients = reports.isEmpty() ? 0 : climb.counted()[0];
    long values = reports.isEmpty() ? 0 : climb.counted()[1];
    RungReport made;
    boolean passed = false;
    try {
      passed = ladder.climb(rung, climb);
      made = ladder.report(name, climb, passed);
    } catch (PplException e) {
      made = Ladder.failed(name, e.getMessage());
    }
    climb.count();
    reports.add(
        made.costing(
            climb.density().gradientCount() - gradients,
            climb.density().valueCount() - values,
            AutoFit.seconds(begin) - since));
    return passed;
  }
}
