package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.diagnose.Verdict;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.Binomial;
import io.flowsvi.ppl.dist.InverseGamma;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;

/** Posteriors in closed form: evidence, mean and sd of whole fits. */
class ConjugateModelsTest {
  private static final int DRAWS = 20_000;

  private static <D> Posterior<D> fit(
      Session session, Model<D> model, D data, String family, SviSettings settings) {
    ModelStructure structure = ModelStructure.of(session, model, data);
    ParamStore params = Problems.params(session);
    Guide<Object> guide =
        FlowCatalog.library().guide(family).build(structure, params.scope("guide"));
    return new Svi<>(
            session,
            params,
            structure,
            model,
            guide,
            ObjectiveFamily.standard().build(guide, 32),
            settings)
        .run(data)
        .posterior();
  }

  private static double log2Pi(int n) {
    return n * Math.log(2 * Math.PI);
  }

  /**
   * Mean and sd of importance-weighted draws, within four standard errors: for the mean sd/√ESS,
   * for the sd of it √((κ − 1)/(4 ESS)), κ the posterior's kurtosis. Raw draws carry the family's
   * error, too: a twentieth of the sd.
   */
  private static void isRight(
      Draws draws, PsisReport psis, double mean, double sd, double kurtosis) {
    double[] x = draws.toArray();
    double[] w = psis.weights();
    double weighted = 0;
    for (int i = 0; i < x.length; i++) {
      weighted += w[i] * x[i];
    }
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      variance += w[i] * (x[i] - weighted) * (x[i] - weighted);
    }
    assertThat(psis.verdict()).isNotEqualTo(Verdict.UNRELIABLE);
    assertThat(weighted).isCloseTo(mean, within(4 * sd / Math.sqrt(psis.ess())));
    double error = sd * Math.sqrt((kurtosis - 1) / (4 * psis.ess()));
    assertThat(Math.sqrt(variance)).isCloseTo(sd, within(4 * error));
    assertThat(draws.mean()).isCloseTo(mean, within(0.05 * sd));
    assertThat(draws.sd()).isCloseTo(sd, within(0.05 * sd + 2 * error));
  }

  private static void evidenceIs(Posterior<?> posterior, PsisReport psis, double logZ) {
    Estimate elbo = posterior.elbo(DRAWS);
    assertThat(elbo.value()).isBetween(logZ - 0.01, logZ + 3 * elbo.standardError());
    assertThat(psis.logEvidence()).isCloseTo(logZ, within(4 * psis.logEvidenceStandardError()));
  }

  @Test
  void normalMean() {
    double[] y = {0.3, 2.2, -1.4, 3.1, 0.8};
    double precision = 1 / 9.0 + y.length / 4.0;
    double sum = 0;
    double squares = 0;
    for (double v : y) {
      sum += v - 1;
      squares += (v - 1) * (v - 1);
    }
    double logZ =
        -0.5
            * (log2Pi(y.length)
                + y.length * Math.log(4)
                + Math.log(9 * precision)
                + squares / 4
                - sum * sum / 16 / precision);
    try (Session session = Session.open(101)) {
      Posterior<double[]> posterior =
          fit(
              session,
              Problems.normalMean(),
              y,
              "mean-field",
              SviSettings.defaults().withSteps(3_000));
      isRight(
          posterior.draws(Problems.MU, DRAWS),
          posterior.psis(DRAWS),
          1 + sum / 4 / precision,
          1 / Math.sqrt(precision),
          3);
      // The guide's family holds the posterior: the bound is tight, and every weight the same.
      assertThat(posterior.elbo(1_000).value()).isCloseTo(logZ, within(1e-4));
      assertThat(posterior.psis(1_000).logEvidence()).isCloseTo(logZ, within(1e-4));
    }
  }

  @Test
  void betaBinomial() {
    Latent p = new Latent("p");
    int[] data = {9, 12};
    Model<int[]> model =
        (ctx, d) -> {
          Tensor prob = ctx.sample(p, Beta.of(2, 3));
          ctx.observe(
              Problems.Y, Binomial.probs(d[1], prob), ctx.data(new int[] {d[0]}, Shape.scalar()));
        };
    double a = 2 + 9;
    double b = 3 + 3;
    double logZ =
        Gamma.logGamma(13) - Gamma.logGamma(10) - Gamma.logGamma(4) + logBeta(a, b) - logBeta(2, 3);
    try (Session session = Session.open(102)) {
      Posterior<int[]> posterior =
          fit(session, model, data, "mean-field", SviSettings.defaults().withSteps(4_000));
      double mean = a / (a + b);
      double sd = Math.sqrt(a * b / (a + b) / (a + b) / (a + b + 1));
      PsisReport psis = posterior.psis(DRAWS);
      isRight(posterior.draws(p, DRAWS), psis, mean, sd, 3);
      evidenceIs(posterior, psis, logZ);
    }
  }

  private static double logBeta(double a, double b) {
    return Gamma.logGamma(a) + Gamma.logGamma(b) - Gamma.logGamma(a + b);
  }

  private record Regression(double[] x, double[] y) {}

  /**
   * s² ~ InverseGamma(a, b), beta ~ N(0, 4 s² I), y ~ N(X beta, s² I): the evidence is a
   * multivariate Student-t.
   */
  @Test
  void linearRegressionWithUnknownVariance() {
    int n = 12;
    int k = 2;
    double a = 3;
    double b = 2;
    double[] x = new double[n * k];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = 1;
      x[2 * i + 1] = Math.sin(i);
      y[i] = 0.5 - 0.8 * Math.sin(i) + 0.6 * Math.cos(5 * i + 1);
    }
    Latent variance = new Latent("variance");
    Latent beta = new Latent("beta");
    Model<Regression> model =
        (ctx, d) -> {
          Tensor s2 = ctx.sample(variance, InverseGamma.of(a, b));
          Tensor coefficients =
              ctx.sample(beta, Normal.of(0, s2.sqrt().times(2).unsqueeze(-1)).event(k));
          ctx.plate(
              Plate.of("row", n),
              () ->
                  ctx.observe(
                      Problems.Y,
                      Normal.of(ctx.data(d.x(), Shape.of(n, k)).linear(coefficients), s2.sqrt()),
                      ctx.data(d.y(), Shape.of(n))));
        };
    // V_n⁻¹ = I/4 + XᵀX, m_n = V_n Xᵀy, a_n = a + n/2, b_n = b + (yᵀy − m_nᵀV_n⁻¹m_n)/2.
    RealMatrix design = new Array2DRowRealMatrix(n, k);
    RealMatrix target = new Array2DRowRealMatrix(y);
    for (int i = 0; i < n; i++) {
      design.setEntry(i, 0, x[2 * i]);
      design.setEntry(i, 1, x[2 * i + 1]);
    }
    RealMatrix precision = design.transpose().multiply(design);
    precision.addToEntry(0, 0, 0.25);
    precision.addToEntry(1, 1, 0.25);
    LUDecomposition lu = new LUDecomposition(precision);
    RealMatrix inverse = lu.getSolver().getInverse();
    RealMatrix mean = inverse.multiply(design.transpose()).multiply(target);
    double an = a + n / 2.0;
    double bn =
        b
            + 0.5
                * (target.transpose().multiply(target).getEntry(0, 0)
                    - mean.transpose().multiply(precision).multiply(mean).getEntry(0, 0));
    double logZ =
        -0.5 * log2Pi(n)
            - 0.5 * Math.log(lu.getDeterminant() * Math.pow(4, k))
            + a * Math.log(b)
            - an * Math.log(bn)
            + Gamma.logGamma(an)
            - Gamma.logGamma(a);
    try (Session session = Session.open(103)) {
      Posterior<Regression> posterior =
          fit(session, model, new Regression(x, y), "iaf", SviSettings.defaults().withSteps(6_000));
      PsisReport psis = posterior.psis(DRAWS);
      double meanVariance = bn / (an - 1);
      double kurtosis = 3 + 6 * (5 * an - 11) / ((an - 3) * (an - 4));
      isRight(
          posterior.draws(variance, DRAWS),
          psis,
          meanVariance,
          meanVariance / Math.sqrt(an - 2),
          kurtosis);
      Draws coefficients = posterior.draws(beta, DRAWS);
      for (int j = 0; j < k; j++) {
        // Student-t with 2a_n = 18 degrees of freedom: kurtosis 3 + 6/14.
        isRight(
            coefficients.at(j),
            psis,
            mean.getEntry(j, 0),
            Math.sqrt(meanVariance * inverse.getEntry(j, j)),
            3.43);
      }
      evidenceIs(posterior, psis, logZ);
    }
  }
}
