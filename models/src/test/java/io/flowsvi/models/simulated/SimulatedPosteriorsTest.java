package io.flowsvi.models.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.flows.judge.AutoSettings;
import io.flowsvi.flows.judge.Ladder;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.Hierarchy;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.NonCentred;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Defaults on posteriors that they were not made for, against long runs of our own. */
class SimulatedPosteriorsTest {
  private static final int DRAWS = 8000;
  private static final int WARM = 2400;

  /** The reference is worth some thousand draws itself, so this is as far as it can tell. */
  private static final double GOOD = 400;

  /** Where chains of 24 steps at most walk at random: of 32,000 draws 400 to 1,000 count. */
  private static final Set<String> WINDING = Set.of("local-level", "horseshoe");

  /** But for the clock: a busy machine has fewer draws in two minutes. */
  private static final AutoSettings DEFAULTS =
      AutoSettings.defaults().withSeconds(Double.POSITIVE_INFINITY);

  static Stream<String> names() {
    return SimulatedModels.all().keySet().stream();
  }

  private record Moments(double mean, double sd, double kurtosis) {}

  private static Map<String, Moments> moments(List<Draws> draws) {
    Map<String, Moments> all = new LinkedHashMap<>();
    for (Draws site : draws) {
      double[] values = site.toArray();
      int width = site.names().size();
      for (int j = 0; j < width; j++) {
        double mean = 0;
        int n = values.length / width;
        for (int i = 0; i < n; i++) {
          mean += values[i * width + j] / n;
        }
        double second = 0;
        double fourth = 0;
        for (int i = 0; i < n; i++) {
          double r = values[i * width + j] - mean;
          second += r * r / n;
          fourth += r * r * r * r / n;
        }
        all.put(
            site.names().get(j),
            new Moments(mean, Math.sqrt(second), fourth / (second * second) - 3));
      }
    }
    return all;
  }

  /** N_eq = 1 / mean e², e² = ½(b² + 4 l²/(κ + 2)); a constant is exact. */
  private static double equivalent(Map<String, Moments> truth, Map<String, Moments> got) {
    double sum = 0;
    int count = 0;
    for (Map.Entry<String, Moments> entry : truth.entrySet()) {
      Moments t = entry.getValue();
      Moments g = got.get(entry.getKey());
      if (g != null && t.sd() > 1e-9 * Math.abs(t.mean())) {
        double b = (g.mean() - t.mean()) / t.sd();
        double l = Math.log(g.sd() / t.sd());
        sum += 0.5 * (b * b + 4 * l * l / (Math.max(t.kurtosis(), -1) + 2));
        count++;
      }
    }
    return Math.min(1000, count / sum);
  }

  private static List<Draws> reference(Session session, String name, Model<String> written) {
    ModelStructure first = ModelStructure.of(session, written, "none");
    List<Latent> funnels = Hierarchy.of(session, first, written, "none");
    Model<String> model =
        funnels.isEmpty() ? written : NonCentred.of(written, funnels.toArray(Latent[]::new));
    ModelStructure structure = ModelStructure.of(session, model, "none");
    BatchLogDensity density = BatchLogDensity.of(session, structure, model, "none");
    int longest = WINDING.contains(name) ? 96 : 24;
    double[] draws =
        Hmc.draws(density, structure.start(), WARM, DRAWS, longest, Seed.of(77).fold("reference"));
    halvesAgree(draws, structure.dim());
    PointDraws<String> points =
        new PointDraws<>(session, structure, model, "none", draws, Seed.of(1));
    return points.draws(points.sites());
  }

  /** The first and the last chains have seen the same: else the reference is none. */
  private static void halvesAgree(double[] draws, int dim) {
    int n = draws.length / dim;
    for (int j = 0; j < dim; j++) {
      double[] mean = new double[2];
      double square = 0;
      for (int i = 0; i < n; i++) {
        double x = draws[i * dim + j];
        mean[2 * i / n] += 2 * x / n;
        square += x * x / n;
      }
      double centre = (mean[0] + mean[1]) / 2;
      double sd = Math.sqrt(square - centre * centre);
      assertThat(Math.abs(mean[0] - mean[1]) / sd).as("chains, coordinate %s", j).isLessThan(0.15);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @Tag("slow")
  void defaultsAreGoodOrSaySo(String name) {
    Model<String> model = SimulatedModels.all().get(name);
    try (Session session = Session.open(1)) {
      AutoFit<String> fit = AutoFit.of(session, model, "none", Ladder.standard(), DEFAULTS);
      Map<String, Moments> truth = moments(reference(session, name, model));
      List<Draws> delivered = new ArrayList<>(fit.draws().draws(fit.draws().sites()));
      double n = equivalent(truth, moments(delivered));
      boolean flagged = fit.judgement().word().equals("untrusted");
      String row =
          String.format(
              "%-26s D %3d  N_eq %5.0f  k-hat %5.2f  %-10s %-12s %5.1f s",
              name,
              fit.structure().dim(),
              n,
              fit.assessment().kHat(),
              fit.judgement().word(),
              fit.rung(),
              fit.seconds());
      java.util.logging.Logger.getLogger("simulated").info(row);
      assertThat(n >= GOOD || flagged).as(row).isTrue();
    }
  }

  /** The reference's own check: a normal with sds 1 to 100. */
  @Test
  void referencesAreRight() {
    Model<String> model =
        (ctx, d) -> {
          for (int i = 0; i < 3; i++) {
            ctx.sample(new Latent("x" + i), Normal.of(i, Math.pow(10, i)));
          }
          ctx.observe(new Observed("y"), Normal.of(0, 1), Arena.current().constant(0));
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "none");
      BatchLogDensity density = BatchLogDensity.of(session, structure, model, "none");
      double[] draws = Hmc.draws(density, structure.start(), 600, 3000, 10, Seed.of(5));
      for (int j = 0; j < 3; j++) {
        double mean = 0;
        double square = 0;
        int n = draws.length / 3;
        for (int i = 0; i < n; i++) {
          mean += draws[i * 3 + j] / n;
          square += draws[i * 3 + j] * draws[i * 3 + j] / n;
        }
        double sd = Math.pow(10, j);
        assertThat(mean).isCloseTo(j, within(0.08 * sd));
        assertThat(Math.sqrt(square - mean * mean)).isCloseTo(sd, within(0.06 * sd));
      }
    }
  }
}
