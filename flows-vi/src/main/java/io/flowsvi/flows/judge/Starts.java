package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/** First approximations from modes. */
final class Starts {
  /** Modes with less than this share of the evidence are left out. */
  private static final double LEAST_SHARE = 1e-5;

  private static final int MOST_MODES = 8;
  private static final double NARROW = 0.1;

  private Starts() {}

  /** One component for each mode that matters, weighted by its evidence. */
  static StudentMixture mixture(List<Mode> modes, double df) {
    double highest = modes.get(0).logEvidence();
    List<StudentT> parts = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (Mode mode : modes) {
      double share = Math.exp(mode.logEvidence() - highest);
      if (share > LEAST_SHARE && parts.size() < MOST_MODES) {
        parts.add(StudentT.of(mode.normal().loc(), mode.normal().covariance(), df));
        weights.add(share);
      }
    }
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[] normalised = weights.stream().mapToDouble(w -> w / total).toArray();
    return new StudentMixture(normalised, parts);
  }

  /** Gives a climb that has nothing yet something to begin with: its modes if they have draws. */
  static void begin(Climb<?> climb) {
    if (!climb.modes().isEmpty()) {
      try {
        take(climb, mixture(climb.modes(), Double.POSITIVE_INFINITY));
        return;
      } catch (PplException e) {
        // No draw of it has a density.
      }
    }
    nearStart(climb);
  }

  /** Takes a narrow normal around the model's starting point, which is known to have a density. */
  static void nearStart(Climb<?> climb) {
    int d = climb.structure().dim();
    double[] covariance = new double[d * d];
    for (int i = 0; i < d; i++) {
      covariance[i * (d + 1)] = NARROW * NARROW;
    }
    StudentMixture narrow =
        StudentMixture.of(
            StudentT.of(climb.structure().start(), covariance, Double.POSITIVE_INFINITY));
    take(climb, narrow);
  }

  private static void take(Climb<?> climb, StudentMixture start) {
    Seed seed = climb.seed("assess").fold("start");
    Budget budget = climb.density().budget();
    int n = climb.spent() ? 1000 : 4000;
    climb.take(
        "start", start, budget.inAnyCase(() -> Assessment.of(start, climb.density(), seed, n)));
  }
}
