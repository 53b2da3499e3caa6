package io.flowsvi.models.posteriordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PosteriorsTest {
  private static Path folder() {
    return SharedData.file("posteriordb/suite.json").getParent();
  }

  @Test
  void everyPosteriorOfTheSuiteIsThere() {
    SuiteTable suite = SuiteTable.read(folder());
    assertThat(Posteriors.all().keySet()).containsAll(suite.main()).containsAll(suite.extra());
    assertThatThrownBy(() -> Posteriors.find("garch-garch12"))
        .hasMessageContaining("garch-garch11");
  }

  /** Log density at a point minus that at another: constants drop out. */
  private static <D> double difference(
      String name, Posteriors.Entry<D> entry, double[] first, double[] second) {
    D data =
        entry
            .reader()
            .apply(StanData.read(folder().resolve("data").resolve(entry.data() + ".json")));
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), data);
      BatchLogDensity density = BatchLogDensity.of(session, structure, entry.model(), data);
      double[] both = Arrays.copyOf(first, 2 * first.length);
      System.arraycopy(second, 0, both, first.length, first.length);
      assertThat(structure.dim())
          .as(name + " " + structure.latents().stream().map(LatentInfo::site).toList())
          .isEqualTo(first.length);
      double[] values = density.values(both);
      return values[0] - values[1];
    }
  }

  private static double normal(double x, double m, double s) {
    return -0.5 * (x - m) * (x - m) / s / s - Math.log(s);
  }

  private interface ByHand {
    double at(double[] u, StanData data);
  }

  private static void agrees(String name, double[] first, double[] second, ByHand byHand) {
    Posteriors.Entry<?> entry = Posteriors.find(name);
    StanData data = StanData.read(folder().resolve("data").resolve(entry.data() + ".json"));
    double expected = byHand.at(first, data) - byHand.at(second, data);
    assertThat(difference(name, entry, first, second))
        .as(name)
        .isCloseTo(expected, within(1e-8 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void regressionIsWhatTheSpecificationSays() {
    double[] a = {20, 0.3, 3};
    double[] b = {30, 0.5, 2.8};
    agrees(
        "kidiq-kidscore_momiq",
        a,
        b,
        (u, d) -> {
          double sigma = Math.exp(u[2]);
          double sum = u[2] - Math.log1p(sigma * sigma / 6.25);
          double[] x = d.reals("mom_iq", 434);
          double[] y = d.reals("kid_score", 434);
          for (int i = 0; i < 434; i++) {
            sum += normal(y[i], u[0] + u[1] * x[i], sigma);
          }
          return sum;
        });
  }

  @Test
  void garchIsWhatTheSpecificationSays() {
    double[] a = {5, 0.2, 0.4, 0.1};
    double[] b = {4.8, 0.5, -0.3, -1};
    agrees(
        "garch-garch11",
        a,
        b,
        (u, d) -> {
          double a0 = Math.exp(u[1]);
          double s1 = 1 / (1 + Math.exp(-u[2]));
          double s2 = 1 / (1 + Math.exp(-u[3]));
          double b1 = (1 - s1) * s2;
          double sum = u[1] + Math.log(s1 * (1 - s1)) + Math.log(1 - s1) + Math.log(s2 * (1 - s2));
          double[] y = d.reals("y", 200);
          double h = 0.25;
          for (int t = 0; t < 200; t++) {
            h = t == 0 ? h : a0 + s1 * Math.pow(y[t - 1] - u[0], 2) + b1 * h;
            sum += normal(y[t], u[0], Math.sqrt(h));
          }
          return sum;
        });
  }

  @Test
  void hiddenMarkovIsWhatTheSpecificationSays() {
    double[] a = {0.5, -0.2, 0.1, 0.7, 0.4, 0.9};
    double[] b = {-0.5, 0.4, 0.3, 0.2, 0.1, 1.2};
    agrees(
        "bball_drive_event_0-hmm_drive_0",
        a,
        b,
        (u, d) -> {
          double[] alpha = d.matrix("alpha", 2, 2);
          double[] first = rows(u[0]);
          double[] second = rows(u[1]);
          double[] phi = {Math.exp(u[2]), Math.exp(u[2]) + Math.exp(u[3])};
          double[] lambda = {Math.exp(u[4]), Math.exp(u[4]) + Math.exp(u[5])};
          double sum = u[2] + u[3] + u[4] + u[5];
          for (int k = 0; k < 2; k++) {
            sum += alpha[k] * Math.log(first[k]) + alpha[2 + k] * Math.log(second[k]);
            sum += normal(phi[k], 3 * k, 1) + normal(lambda[k], 3 * k, 1);
          }
          double[] us = d.reals("u", 416);
          double[] vs = d.reals("v", 416);
          double[] forward = {0, 0};
          for (int t = 0; t < 416; t++) {
            double[] next = new double[2];
            for (int k = 0; k < 2; k++) {
              double from =
                  t == 0
                      ? 0
                      : Math.log(Math.exp(forward[0] - forward[1]) * first[k] + second[k])
                          + forward[1];
              next[k] = from + Math.log(phi[k] * lambda[k]) - phi[k] * us[t] - lambda[k] * vs[t];
            }
            forward = next;
          }
          return sum + Math.log(Math.exp(forward[0] - forward[1]) + 1) + forward[1];
        });
  }

  /** The simplex of two: its first coordinate is the logistic of u, with log-det log θ1 θ2. */
  private static double[] rows(double u) {
    double p = 1 / (1 + Math.exp(-u));
    return new double[] {p, 1 - p};
  }

  @Test
  void scoreOfTheReferencesOwnQuantilesIsSmall() {
    Reference reference = Reference.read(folder(), "arK-arK");
    assertThat(reference.scalars()).containsKeys("alpha", "beta[5]", "sigma");
    assertThat(reference.scalars().get("alpha").quantiles()).hasSize(100);
    assertThatThrownBy(() -> Score.of(reference, List.of()))
        .hasMessageContaining("no draws of 'alpha'");
    assertThatThrownBy(() -> Reference.read(folder(), "nothing"))
        .hasMessageContaining("cannot be read");
    assertThat(Score.equivalentDraws(1.0 / 250)).isCloseTo(250, within(1e-9));
    assertThat(Score.equivalentDraws(Double.NaN)).isZero();
  }

  /** Without tuning: raw scales, a recursion with a dependent support, a hierarchy. */
  @Test
  void deliversWhatTheReferenceConfirms() {
    SuiteRun run = new SuiteRun(folder(), io.flowsvi.flows.judge.AutoSettings.defaults());
    for (String name :
        List.of(
            "mesquite-logmesquite_logva",
            "kilpisjarvi_mod-kilpisjarvi",
            "eight_schools-eight_schools_noncentered")) {
      Outcome outcome = run.run(name, 1, (o, fit, draws) -> {});
      assertThat(outcome.flagged()).as(outcome.note()).isFalse();
      assertThat(outcome.equivalentDraws()).as(name).isGreaterThan(400);
      assertThat(outcome.json()).contains("\"posterior\":\"" + name + "\"", "\"n_eq\":");
      assertThat(SuiteTable.row(outcome)).contains(name);
    }
  }
}
