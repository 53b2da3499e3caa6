package io.flowsvi.flows.judge;

import io.flowsvi.flows.diagnose.Psis;
import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** The last step of a fit: fresh proposals, their weights, the draws, the judgement. */
final class Delivery {
  private static final int BLOCK = 20_000;
  private static final int CHECKED = 4_000;
  private static final double GOOD = 0.5;
  private static final double WORST = 0.7;

  /**
   * Where so large a share of all draws counts, a heavy tail of weights is a matter of few draws.
   */
  private static final double BULK = 0.5;

  private static final double ENOUGH_TO_TRUST = 1_000;
  private static final double ENOUGH_TO_USE = 400;
  private static final double ENOUGH_TO_CORRECT = 50;
  private static final int FAR = 10;

  private Delivery() {}

  static <D> AutoFit<D> of(
      Climb<D> climb,
      AutoSettings settings,
      List<RungReport> reports,
      long begin,
      long otherGradients,
      long otherValues) {
    Seed seed = climb.seed("deliver");
    Assessment a = proposals(climb, settings, seed);
    boolean corrected = a.ess() >= ENOUGH_TO_CORRECT;
    int[] chosen =
        corrected
            ? systematic(a.smoothed(), settings.draws(), seed)
            : some(a, settings.draws(), seed);
    int dim = climb.structure().dim();
    double[] points = new double[chosen.length * dim];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(a.cloud().points(), chosen[i] * dim, points, i * dim, dim);
    }
    PointDraws<D> draws = points(climb, points, seed);
    Quantity worst = worst(climb, a, seed);
    return new AutoFit<>(
        climb.structure(),
        draws,
        judge(climb, a, worst),
        reports,
        climb.bestName(),
        climb.modes(),
        a,
        worst,
        climb.density().gradientCount() + otherGradients,
        climb.density().valueCount() + otherValues,
        AutoFit.seconds(begin));
  }

  private static <D> PointDraws<D> points(Climb<D> climb, double[] points, Seed seed) {
    return new PointDraws<>(
        climb.session(),
        climb.structure(),
        climb.model(),
        climb.data(),
        points,
        seed.fold("predictive"));
  }

  /** Blocks of proposals until enough of them count. */
  private static Assessment proposals(Climb<?> climb, AutoSettings settings, Seed seed) {
    BatchLogDensity density = climb.density();
    List<double[]> points = new ArrayList<>();
    List<double[]> logQ = new ArrayList<>();
    List<double[]> logP = new ArrayList<>();
    Assessment a = null;
    int n = 0;
    // Wide points are kept few: forty million numbers at most.
    int most =
        Math.min(settings.mostProposals(), Math.max(settings.draws(), 40_000_000 / density.dim()));
    do {
      int block = Math.min(BLOCK, most);
      if (a != null) {
        // As many more as the efficiency so far asks for.
        double missing = settings.effective() / a.efficiency() - n;
        block = (int) Math.min(Math.max(BLOCK, missing * 1.1), most - n);
      }
      Cloud cloud = climb.best().draw(seed.fold(n), block);
      points.add(cloud.points());
      logQ.add(cloud.logQ());
      logP.add(density.values(cloud.points()));
      n += block;
      a = Assessment.of(new Cloud(joined(points), joined(logQ)), joined(logP));
    } while (a.ess() < settings.effective() && n < most && promising(a));
    return a;
  }

  /** More proposals of a hopeless guide only cost time. */
  private static boolean promising(Assessment a) {
    return a.kHat() < 1 && a.ess() > 30;
  }

  private static double[] joined(List<double[]> parts) {
    double[] all = new double[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Some of the proposals as they are; they come component by component, so they are mixed. */
  private static int[] some(Assessment a, int n, Seed seed) {
    int[] all = new int[a.cloud().size()];
    Arrays.setAll(all, i -> i);
    PermutationSampler.shuffle(seed.fold("mix").generator(), all);
    return Arrays.copyOf(all, Math.min(n, all.length));
  }

  /** Systematic resampling, in random order: neighbours in the list are not neighbours in space. */
  private static int[] systematic(double[] logWeights, int n, Seed seed) {
    UniformRandomProvider random = seed.fold("resample").generator();
    double offset = random.nextDouble();
    int[] chosen = new int[n];
    double cumulative = Math.exp(logWeights[0]);
    int at = 0;
    for (int i = 0; i < n; i++) {
      double target = (i + offset) / n;
      while (cumulative < target && at < logWeights.length - 1) {
        at++;
        cumulative += Math.exp(logWeights[at]);
      }
      chosen[i] = at;
    }
    PermutationSampler.shuffle(random, chosen);
    return chosen;
  }

  /** The scalar whose variance is the hardest to estimate with these weights. */
  private static Quantity worst(Climb<?> climb, Assessment a, Seed seed) {
    int n = Math.min(CHECKED, a.cloud().size());
    int stride = a.cloud().size() / n;
    int dim = climb.structure().dim();
    double[] points = new double[n * dim];
    double[] logs = new double[n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(a.cloud().points(), i * stride * dim, points, i * dim, dim);
      logs[i] = a.logWeights()[i * stride];
    }
    Quantity worst = new Quantity("none", Double.NEGATIVE_INFINITY);
    PointDraws<?> raw = points(climb, points, seed);
    for (Draws site : raw.draws(raw.sites())) {
      double[] all = site.toArray();
      int width = site.names().size();
      for (int j = 0; j < width; j++) {
        double k = tail(all, width, j, logs);
        if (k > worst.kHat()) {
          worst = new Quantity(site.names().get(j), k);
        }
      }
    }
    return worst;
  }

  private static double tail(double[] all, int width, int column, double[] logs) {
    int n = logs.length;
    double max = Arrays.stream(logs).max().orElse(0);
    double sum = 0;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      double w = Math.exp(logs[i] - max);
      double x = all[i * width + column];
      if (w > 0 && Double.isFinite(x)) {
        sum += w;
        mean += w * x;
      }
    }
    mean /= sum;
    double[] product = new double[n];
    for (int i = 0; i < n; i++) {
      double r = all[i * width + column] - mean;
      double log = logs[i] + 2 * Math.log(Math.abs(r));
      product[i] = log < Double.POSITIVE_INFINITY ? log : Double.NEGATIVE_INFINITY;
    }
    return Arrays.stream(product).allMatch(v -> v == Double.NEGATIVE_INFINITY)
        ? Double.NEGATIVE_INFINITY
        : Psis.of(product).kHat();
  }

  /**
   * A few proposals far out, which weights of nearly 0 make harmless, move the bound by any sum.
   */
  private static String gap(Assessment a) {
    return a.gap() < FAR ? String.format(Locale.ROOT, "%.3f", a.gap()) : "over " + FAR;
  }

  private static Judgement judge(Climb<?> climb, Assessment a, Quantity worst) {
    String basis =
        String.format(
            Locale.ROOT,
            "k-hat %.2f, %.0f effective of %d proposals, bound %s nats below the evidence; worst"
                + " quantity %s with k-hat %.2f; %d mode%s found by %d climbs.",
            a.kHat(),
            a.ess(),
            a.cloud().size(),
            gap(a),
            worst.name(),
            worst.kHat(),
            climb.modes().size(),
            climb.modes().size() == 1 ? "" : "s",
            climb.modes().stream().mapToInt(m -> m.climbs()).sum());
    if (a.kHat() <= GOOD && a.ess() >= ENOUGH_TO_TRUST) {
      return new Trusted(basis);
    }
    boolean bulk = a.kHat() < 1 && a.efficiency() > BULK && a.ess() >= ENOUGH_TO_TRUST;
    if ((a.kHat() <= WORST && a.ess() >= ENOUGH_TO_USE) || bulk) {
      return new Corrected(
          basis, "Try more proposals or a non-centred model where small differences matter.");
    }
    return new Untrusted(
        basis,
        "Try a non-centred or reparameterised model, tighter priors, or a longer budget"
            + " (--seconds).");
  }
}
