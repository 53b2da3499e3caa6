package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Quantity;
import io.flowsvi.flows.verdict.Row;
import io.flowsvi.flows.verdict.Weights;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** The last step of a fit: fresh proposals, their weights, the draws, the checks. */
final class Delivery {
  private static final int BLOCK = 20_000;
  private static final int CHECKED = 4_000;

  /** The share of the time left that the checks of quantities may take. */
  private static final double CHECKING = 0.2;

  private static final double ENOUGH_TO_CORRECT = 50;

  private static final String NEXT =
      "Try a non-centred or reparameterised model, tighter priors, or a longer budget (--seconds).";

  private Delivery() {}

  /** Whether the weights are worth resampling by; else the proposals are delivered as they are. */
  static boolean corrects(Assessment a) {
    return a.ess() >= ENOUGH_TO_CORRECT;
  }

  /** The draws of these proposals, and what is to be said of them. */
  static <D> Delivered<D> of(
      Climb<D> climb, Assessment a, AutoSettings settings, List<Check> before) {
    Seed seed = climb.seed("deliver");
    int[] chosen =
        corrects(a)
            ? systematic(a.smoothed(), settings.draws(), seed)
            : some(a, settings.draws(), seed);
    int dim = climb.structure().dim();
    double[] points = new double[chosen.length * dim];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(a.cloud().points(), chosen[i] * dim, points, i * dim, dim);
    }
    Cloud some = checked(climb, a);
    List<Quantity> quantities = quantities(climb, some, seed);
    List<Row> rows =
        climb.best() instanceof StudentMixture mixture
            ? PlateRows.of(climb, mixture, some.points(), seed)
            : List.of();
    List<Check> checks = new ArrayList<>();
    Weights weights = new Weights(a.kHat(), a.ess(), a.logEvidence(), a.smoothed());
    checks.addAll(weights.checks(climb.highest(), NEXT));
    checks.add(Quantity.check(quantities));
    checks.add(Row.check(rows));
    checks.addAll(before);
    return new Delivered<>(points(climb, points, seed), checks, quantities, rows);
  }

  /**
   * What a fit ends with.
   *
   * @param draws corrected by importance where that helps
   * @param checks what the judgement rests on
   * @param quantities every scalar with its k̂
   * @param rows of plates with weights of their own
   */
  record Delivered<D>(
      PointDraws<D> draws, List<Check> checks, List<Quantity> quantities, List<Row> rows) {}

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
  static Assessment proposals(Climb<?> climb, AutoSettings settings, Seed seed) {
    CountedDensity density = climb.density();
    List<double[]> points = new ArrayList<>();
    List<double[]> logQ = new ArrayList<>();
    List<double[]> logP = new ArrayList<>();
    Assessment a = null;
    int n = 0;
    // Wide points are kept few: forty million numbers at most.
    int most =
        Math.min(settings.mostProposals(), Math.max(settings.draws(), 40_000_000 / density.dim()));
    double begin = density.budget().left();
    do {
      int block = density.affordable(Math.min(BLOCK, most), begin / 2);
      if (a != null) {
        // As many more as the efficiency so far asks for.
        double missing = settings.effective() / a.efficiency() - n;
        block = (int) Math.min(Math.max(block, missing * 1.1), most - n);
        block = density.affordable(block, density.budget().left() - begin / 2);
      }
      Cloud cloud = climb.best().draw(seed.fold(n), block);
      points.add(cloud.points());
      logQ.add(cloud.logQ());
      logP.add(density.values(cloud.points()));
      n += block;
      a = Assessment.of(new Cloud(joined(points), joined(logQ)), joined(logP));
    } while (a.ess() < settings.effective()
        && n < most
        && promising(a)
        && density.budget().left() > begin / 2);
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

  /** Some of the proposals with their log weights, in place of log q. */
  private static Cloud checked(Climb<?> climb, Assessment a) {
    double left = CHECKING * climb.density().budget().left();
    int n = climb.density().affordable(Math.min(CHECKED, a.cloud().size()), left);
    int stride = a.cloud().size() / n;
    int dim = climb.structure().dim();
    double[] points = new double[n * dim];
    double[] logs = new double[n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(a.cloud().points(), i * stride * dim, points, i * dim, dim);
      logs[i] = a.logWeights()[i * stride];
    }
    return new Cloud(points, logs);
  }

  private static List<Quantity> quantities(Climb<?> climb, Cloud weighed, Seed seed) {
    List<Quantity> all = new ArrayList<>();
    PointDraws<?> raw = points(climb, weighed.points(), seed);
    for (Draws site : raw.draws(raw.sites())) {
      double[] values = site.toArray();
      int width = site.names().size();
      for (int j = 0; j < width; j++) {
        double[] column = new double[weighed.size()];
        for (int i = 0; i < column.length; i++) {
          column[i] = values[i * width + j];
        }
        all.add(Quantity.of(site.names().get(j), column, weighed.logQ()));
      }
    }
    return all;
  }
}
