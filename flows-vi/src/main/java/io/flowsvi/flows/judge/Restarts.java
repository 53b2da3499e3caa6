package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.mode.ModeSearch;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Climbs from new, wider starts once there are draws: do they end where the draws are?
 *
 * <p>Importance weights cannot see a mode that no proposal reached. An end at no known mode is
 * weighed: its share of the evidence, by importance sampling around it, against the share of the
 * draws that lie there. The climbs may take three tenths of the time that the fit took.
 *
 * @param climbs how many climbs were made
 * @param missed modes where the draws lack nearly all of the share they should have
 * @param share of the evidence that the missed modes have
 */
record Restarts(int climbs, List<Mode> missed, double share) {
  private static final int PRIOR = 4;
  private static final int WIDELY = 2;
  private static final int STRETCHED = 2;
  private static final int ITERATIONS = 300;
  private static final int NEWTON = 15;

  /** In more dimensions the curvature at each end takes longer than the fit. */
  private static final int MOST_DIMENSIONS = 300;

  private static final double WIDE = 5;
  private static final double STRETCH = 4;
  private static final double COST = 0.3;
  private static final int WEIGHED = 400;
  private static final double DF = 5;
  private static final double LEAST_SHARE = 0.01;
  private static final double LACKING = 0.2;

  /** After a fit's proposals were weighed. */
  static Restarts of(Climb<?> climb, Assessment a, Seed seed) {
    CountedDensity density = climb.density();
    Budget budget = density.budget();
    double since = budget.seconds();
    BooleanSupplier enough = () -> budget.left() <= 0 || budget.seconds() - since > COST * since;
    if (density.dim() > MOST_DIMENSIONS || climb.modes().isEmpty() || budget.spent()) {
      return new Restarts(0, List.of(), 0);
    }
    double[] starts = starts(climb, a, seed.fold("restarts"));
    int climbs = starts.length / density.dim();
    List<Mode> known = climb.modes();
    List<Mode> missed = new ArrayList<>();
    double evidence = 0;
    for (Mode mode :
        new ModeSearch(climbs, ITERATIONS, NEWTON, climbs).search(density, starts, known, enough)) {
      boolean isNew = known.stream().noneMatch(k -> k.normal() == mode.normal());
      if (isNew && mode.flat() == 0 && Double.isFinite(mode.logEvidence())) {
        double relative = lacking(density, a, mode, seed.fold(missed.size()));
        evidence += relative;
        if (relative > 0) {
          missed.add(mode);
        }
      }
    }
    return new Restarts(climbs, missed, evidence / (1 + evidence));
  }

  /** Some from the prior where there is one, some anywhere, some far out from the draws. */
  private static <D> double[] starts(Climb<D> climb, Assessment a, Seed seed) {
    int d = climb.structure().dim();
    double[] prior =
        PriorStarts.of(
            climb.session(), climb.structure(), climb.model(), climb.data(), PRIOR, seed);
    double[] points = Arrays.copyOf(prior, prior.length + (WIDELY + STRETCHED) * d);
    UniformRandomProvider random = seed.generator();
    for (int i = prior.length; i < prior.length + WIDELY * d; i++) {
      points[i] = WIDE * (2 * random.nextDouble() - 1);
    }
    double[] mean = new double[d];
    double[] x = a.cloud().points();
    for (int i = 0; i < a.cloud().size(); i++) {
      double w = Math.exp(a.smoothed()[i]);
      for (int j = 0; j < d && w > 0; j++) {
        mean[j] += w * x[i * d + j];
      }
    }
    for (int at = prior.length + WIDELY * d; at < points.length; at += d) {
      int drawn = random.nextInt(a.cloud().size());
      for (int j = 0; j < d; j++) {
        points[at + j] = mean[j] + STRETCH * (x[drawn * d + j] - mean[j]);
      }
    }
    return points;
  }

  /** The evidence around a mode relative to the draws' own; 0 where the draws have their share. */
  private static double lacking(CountedDensity density, Assessment a, Mode mode, Seed seed) {
    StudentT around = StudentT.of(mode.normal().loc(), mode.normal().covariance(), DF);
    Cloud cloud = StudentMixture.of(around).draw(seed, WEIGHED);
    double[] logP = density.values(cloud.points());
    boolean[] near = near(around, cloud);
    double relative = 0;
    for (int i = 0; i < WEIGHED; i++) {
      double log = logP[i] - cloud.logQ()[i] - a.logEvidence();
      relative += near[i] ? Math.exp(log) / WEIGHED : 0;
    }
    boolean[] there = near(around, a.cloud());
    double drawn = 0;
    for (int i = 0; i < there.length; i++) {
      drawn += there[i] ? Math.exp(a.smoothed()[i]) : 0;
    }
    double share = relative / (1 + relative);
    return share > LEAST_SHARE && drawn < LACKING * share ? relative : 0;
  }

  /** Which points lie in the bulk of the normal at a mode. */
  private static boolean[] near(StudentT around, Cloud cloud) {
    int d = around.dim();
    double limit = d + 3 * Math.sqrt(2.0 * d);
    boolean[] near = new boolean[cloud.size()];
    double[] distances = around.distances(cloud.points());
    for (int i = 0; i < near.length; i++) {
      near[i] = distances[i] < limit;
    }
    return near;
  }

  /** What they say of the draws; {@code taken} of the modes were missed before, and taken in. */
  Check check(int taken) {
    if (climbs == 0) {
      return Check.passed("restarts", Double.NaN, "no climb from new starts was made");
    }
    if (!missed.isEmpty()) {
      return new Check(
          "restarts",
          share,
          Grade.UNTRUSTED,
          String.format(
              Locale.ROOT,
              "%d climbs from new starts found %s with %.0f%% of the evidence that the draws miss",
              climbs,
              modes(missed.size()),
              100 * share),
          "Compare fits of several seeds (--seed): there are more modes than climbs find.");
    }
    return taken > 0
        ? new Check(
            "restarts",
            0,
            Grade.CORRECTED,
            modes(taken) + " was missed by the first climbs and taken in: there may be more",
            "Compare with another seed (--seed).")
        : Check.passed(
            "restarts", 0, climbs + " climbs from new starts found no mode that the draws miss");
  }

  private static String modes(int n) {
    return n == 1 ? "a mode" : n + " modes";
  }
}
