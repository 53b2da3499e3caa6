package io.flowsvi.flows.calibrate;

import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.ModelDraws;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Simulation;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Simulates latents and data from the model, fits the data, and ranks the latents among the draws.
 *
 * <p>Over replications every rank is equally likely if the fit is right (Talts et al. 2018; Cook,
 * Gelman and Rubin 2006). It tells what no weight of a single fit can: a mode that every fit
 * misses, and draws too narrow or too wide on average over data that the model expects. The model's
 * data must enter through {@code observe} alone: covariates stay as they are, and a model that
 * reads its own data as covariates (an autoregression) is not calibrated by this.
 *
 * @param scalars every latent and derived scalar
 * @param replications fits that were made
 * @param failures messages of fits that failed
 */
public record Calibration(List<Uniformity> scalars, int replications, List<String> failures) {
  /** So many draws, nearly independent, are ranked against. */
  private static final int RANKED = 99;

  private static final double ALARM = 0.01;
  private static final int BARS = 10;
  private static final double MOST_FAILURES = 0.1;

  /** Copies the lists. */
  public Calibration {
    scalars = List.copyOf(scalars);
    failures = List.copyOf(failures);
  }

  /**
   * So many replications. Throws {@link PplException} where a prior cannot be drawn from, where
   * nothing is observed, or where all fits fail.
   */
  public static <D> Calibration of(
      Session session, Model<D> model, D data, int replications, Refit<D> refit) {
    if (replications < 20) {
      throw new PplException(
          "Calibration needs at least 20 replications to say anything, got " + replications + ".");
    }
    ModelStructure structure = ModelStructure.of(session, model, data);
    if (structure.sites().stream().noneMatch(s -> s.site() instanceof Observed)) {
      throw new PplException(
          "Calibration simulates data, but the model observes none. Likely fix: write factors as"
              + " observed sites.");
    }
    Seed seed = session.seed().fold("calibration");
    Map<String, int[]> ranks = new LinkedHashMap<>();
    List<String> failures = new ArrayList<>();
    int made = 0;
    for (int r = 0; r < replications; r++) {
      Seed own = seed.fold(r);
      Map<String, Replicated.Values> truth = simulate(session, structure, model, data, own);
      UniformRandomProvider random = own.fold("ties").generator();
      SessionSettings settings =
          SessionSettings.of(own.fold("fit").generator().nextLong())
              .withBackend(session.settings().backend())
              .withPrecision(session.settings().precision());
      try (Session fresh = Session.open(settings)) {
        ModelDraws draws = refit.fit(fresh, Replicated.of(model, truth), data);
        rank(draws, truth, made, replications, ranks, random);
        made++;
      } catch (PplException e) {
        failures.add(e.getMessage());
      }
    }
    if (made == 0) {
      throw new PplException(
          "Not one of "
              + replications
              + " simulated data sets could be fitted: "
              + failures.get(0));
    }
    List<Uniformity> scalars = new ArrayList<>();
    for (Map.Entry<String, int[]> entry : ranks.entrySet()) {
      int[] each = java.util.Arrays.copyOf(entry.getValue(), made);
      scalars.add(new Uniformity(entry.getKey(), each, RANKED));
    }
    return new Calibration(scalars, made, failures);
  }

  /** One draw of everything from the priors. */
  private static <D> Map<String, Replicated.Values> simulate(
      Session session, ModelStructure structure, Model<D> model, D data, Seed seed) {
    try {
      return session.compute(
          arena -> {
            Map<String, Tensor> run = Simulation.prior(structure, model, data, 1, seed);
            Map<String, Replicated.Values> values = new LinkedHashMap<>();
            for (SiteInfo info : structure.sites()) {
              Tensor value = run.get(info.site().name());
              if (value != null) {
                double[] numbers = value.toDoubles();
                values.put(info.site().name(), new Replicated.Values(numbers, info.shape()));
              }
            }
            return values;
          });
    } catch (PplException e) {
      throw new PplException(
          "Calibration simulates from the prior, which is not possible here: " + e.getMessage(), e);
    }
  }

  private static void rank(
      ModelDraws fitted,
      Map<String, Replicated.Values> truth,
      int replication,
      int replications,
      Map<String, int[]> ranks,
      UniformRandomProvider random) {
    List<Site> sites = fitted.sites().stream().filter(s -> truth.containsKey(s.name())).toList();
    for (Draws draws : fitted.draws(sites, RANKED)) {
      double[] simulated = truth.get(draws.site().name()).numbers();
      double[] all = draws.toArray();
      int width = draws.names().size();
      for (int j = 0; j < width; j++) {
        int below = 0;
        int ties = 0;
        for (int i = 0; i < RANKED; i++) {
          below += all[i * width + j] < simulated[j] ? 1 : 0;
          ties += all[i * width + j] == simulated[j] ? 1 : 0;
        }
        int rank = below + (ties == 0 ? 0 : random.nextInt(ties + 1));
        ranks.computeIfAbsent(draws.names().get(j), n -> new int[replications])[replication] = rank;
      }
    }
  }

  /** The scalars whose ranks are not uniform, at a hundredth for all of them together (Holm). */
  public List<Uniformity> misfits() {
    List<Uniformity> sorted = new ArrayList<>(scalars);
    sorted.sort(java.util.Comparator.comparingDouble(Uniformity::p));
    List<Uniformity> misfits = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).p() > ALARM / (sorted.size() - i)) {
        break;
      }
      misfits.add(sorted.get(i));
    }
    return misfits;
  }

  /** What it says of this way of fitting: untrusted where ranks are not uniform or fits fail. */
  public Check check() {
    List<Uniformity> misfits = misfits();
    double least = scalars.stream().mapToDouble(Uniformity::p).min().orElse(Double.NaN);
    int all = replications + failures.size();
    if (failures.size() > MOST_FAILURES * all) {
      return new Check(
          "calibration",
          least,
          Grade.UNTRUSTED,
          failures.size() + " of " + all + " fits to simulated data failed: " + failures.get(0),
          "Look at data that the prior expects: they may be far from what was meant.");
    }
    if (misfits.isEmpty()) {
      return Check.passed(
          "calibration",
          least,
          "ranks of all "
              + scalars.size()
              + " scalars are uniform over "
              + replications
              + " simulated data sets");
    }
    return new Check(
        "calibration",
        least,
        Grade.UNTRUSTED,
        "over "
            + replications
            + " simulated data sets ranks are not uniform of "
            + String.join(", ", misfits.stream().limit(5).map(Uniformity::words).toList())
            + (misfits.size() > 5 ? " and " + (misfits.size() - 5) + " more" : ""),
        "Try a more flexible family or rung.");
  }

  /** Every scalar: p-values of bias, spread and shape, and its ranks in ten bars. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-20s %6s %7s %8s %9s %8s  %s%n",
            "scalar", "mean", "spread", "p(bias)", "p(spread)", "p(shape)", "ranks"));
    for (Uniformity s : scalars) {
      StringBuilder bars = new StringBuilder();
      for (long count : s.histogram(BARS)) {
        bars.append(' ').append(count);
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %6.3f %7.3f %8.3f %9.3f %8.3f %s%n",
              s.name(),
              s.mean(),
              s.spread(),
              s.biasP(),
              s.spreadP(),
              s.shapeP(),
              bars));
    }
    return text.toString();
  }
}
