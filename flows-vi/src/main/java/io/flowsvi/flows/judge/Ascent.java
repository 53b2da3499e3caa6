package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.mode.ModeSearch;
import io.flowsvi.flows.verdict.Judgement;
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
  /** Beyond this a Hessian and its eigenvectors take minutes. */
  private static final int MOST_SEARCHED = 600;

  private static final double USABLE = 0.68;
  private static final double LEAST = 0.02;

  private final Session session;
  private final D data;
  private final Ladder ladder;
  private final AutoSettings settings;
  private final Budget budget;
  private final List<LadderListener> told;
  private final List<RungReport> reports = new ArrayList<>();
  private final List<CountedDensity> densities = new ArrayList<>();
  private Climb<D> best;

  Ascent(
      Session session,
      D data,
      Ladder ladder,
      AutoSettings settings,
      long begin,
      List<LadderListener> told) {
    this.session = session;
    this.data = data;
    this.ladder = ladder;
    this.settings = settings;
    this.budget = new Budget(settings, begin);
    this.told = told;
  }

  /** The rungs that need no maximum, on the model as it is written; whether one passed. */
  boolean alone(ModelStructure structure, Model<D> model) {
    CountedDensity density =
        new CountedDensity(BatchLogDensity.of(session, structure, model, data), budget);
    Seed seed = session.seed().fold("alone");
    for (Rung rung : ladder.rungs()) {
      if (rung.standsAlone()) {
        double since = budget.seconds();
        Climb<D> climb = new Climb<>(session, structure, model, data, density, List.of(), seed);
        boolean passed = rung(rung, "", climb, since);
        boolean made = climb.best() != null;
        if (made && !densities.contains(density)) {
          densities.add(density);
        }
        if (made && (best == null || Climb.better(climb.assessment(), best.assessment()))) {
          best = climb;
        }
        if (passed) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether to go on would cost more than it can give: the weights can be used already, or there
   * are more dimensions than a search for maxima can polish.
   */
  boolean settled(int dim) {
    if (best == null) {
      return false;
    }
    Assessment a = best.assessment();
    return dim > MOST_SEARCHED || (a.kHat() < USABLE && a.efficiency() > LEAST);
  }

  /** The rungs that train nothing, on one parameterisation; whether one passed. */
  boolean cheap(String suffix, ModelStructure structure, Model<D> model) {
    if (best != null && budget.spent()) {
      ladder.rungs().stream()
          .filter(rung -> !rung.trains())
          .forEach(r -> keep(Ladder.skipped(r.name() + suffix, "budget spent")));
      return false;
    }
    Seed seed = session.seed().fold("auto" + suffix);
    CountedDensity density =
        new CountedDensity(BatchLogDensity.of(session, structure, model, data), budget);
    densities.add(density);
    double since = budget.seconds();
    List<Mode> modes = modes(density, structure, seed.fold("modes"));
    Climb<D> climb = new Climb<>(session, structure, model, data, density, modes, seed);
    boolean passed = false;
    for (Rung rung : ladder.rungs()) {
      if (!rung.trains() && !rung.standsAlone() && !passed) {
        passed = rung(rung, suffix, climb, since);
        since = budget.seconds();
        if (climb.best() == null) {
          Starts.nearStart(climb);
        }
      }
    }
    if (climb.best() == null) {
      Starts.begin(climb);
    }
    if (best == null || passed || Climb.better(climb.assessment(), best.assessment())) {
      best = climb;
    }
    return passed;
  }

  private List<Mode> modes(CountedDensity density, ModelStructure structure, Seed seed) {
    try {
      return ModeSearch.of(structure.dim()).search(density, structure.start(), seed, budget::spent);
    } catch (Budget.Spent e) {
      return List.of();
    }
  }

  /** The rungs that train a guide, on the better parameterisation, until one passes. */
  void costly() {
    for (Rung rung : ladder.rungs()) {
      if (rung.trains() && rung(rung, "", best, budget.seconds())) {
        return;
      }
    }
  }

  AutoFit<D> deliver() {
    budget.climbed();
    Seed seed = best.seed("deliver");
    Assessment a = Delivery.proposals(best, settings, seed);
    Restarts restarts = Restarts.of(best, a, seed.fold("first"));
    int taken = 0;
    if (!restarts.missed().isEmpty() && Extension.possible(best)) {
      taken = restarts.missed().size();
      report(new Extension(restarts), "", best, budget.seconds());
      a = Delivery.proposals(best, settings, seed.fold("extended"));
      restarts = Restarts.of(best, a, seed.fold("second"));
    }
    Delivery.Delivered<D> made = Delivery.of(best, a, settings, List.of(restarts.check(taken)));
    return new AutoFit<>(
        best.structure(),
        made.draws(),
        Judgement.of(made.checks()),
        reports,
        best.bestName(),
        best.modes(),
        a,
        made.quantities(),
        made.rows(),
        densities.stream().mapToLong(CountedDensity::gradientCount).sum(),
        densities.stream().mapToLong(CountedDensity::valueCount).sum(),
        budget.seconds());
  }

  private boolean rung(Rung rung, String suffix, Climb<D> climb, double since) {
    String name = rung.name() + suffix;
    Optional<String> skip = rung.skip(climb);
    if (skip.isPresent() || (budget.spent() && climb.best() != null)) {
      keep(Ladder.skipped(name, skip.orElse("budget spent")));
      return false;
    }
    return report(rung, suffix, climb, since);
  }

  private boolean report(Rung rung, String suffix, Climb<D> climb, double since) {
    String name = rung.name() + suffix;
    long gradients = reports.isEmpty() ? 0 : climb.counted()[0];
    long values = reports.isEmpty() ? 0 : climb.counted()[1];
    RungReport made;
    boolean passed = false;
    told.forEach(l -> l.begins(name));
    try {
      passed = ladder.climb(rung, climb);
      made = ladder.report(name, climb, passed);
    } catch (PplException e) {
      made = Ladder.failed(name, e.getMessage());
    }
    climb.count();
    keep(
        made.costing(
            climb.density().gradientCount() - gradients,
            climb.density().valueCount() - values,
            budget.seconds() - since));
    return passed;
  }

  private void keep(RungReport report) {
    reports.add(report);
    told.forEach(l -> l.ended(report));
  }
}
