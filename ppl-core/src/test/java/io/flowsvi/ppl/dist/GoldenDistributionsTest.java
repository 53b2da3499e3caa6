package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Agreement with scipy, torch and mpmath on golden/distributions.json, as the file itself asks. */
class GoldenDistributionsTest {
  private static final double RELATIVE = 1e-9;
  private static final double CDF_RELATIVE = 1e-8;
  private static final double ABSOLUTE = 1e-12;

  /** The file's names, and how each is made here. */
  private static final Map<String, Function<JsonNode, Distribution>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("normal", p -> Normal.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("cauchy", p -> Cauchy.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("laplace", p -> Laplace.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("logistic", p -> Logistic.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("student_t", p -> StudentT.of(n(p, "df"), n(p, "loc"), n(p, "scale")));
    KNOWN.put("half_normal", p -> HalfNormal.of(n(p, "scale")));
    KNOWN.put("half_cauchy", p -> HalfCauchy.of(n(p, "scale")));
    KNOWN.put("log_normal", p -> LogNormal.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("gamma", p -> Gamma.of(n(p, "concentration"), n(p, "rate")));
    KNOWN.put("inverse_gamma", p -> InverseGamma.of(n(p, "concentration"), n(p, "scale")));
    KNOWN.put("beta", p -> Beta.of(n(p, "alpha"), n(p, "beta")));
    KNOWN.put("exponential", p -> Exponential.of(n(p, "rate")));
    KNOWN.put("uniform", p -> Uniform.of(n(p, "low"), n(p, "high")));
    KNOWN.put("bernoulli", p -> Bernoulli.probs(n(p, "probs")));
    KNOWN.put("bernoulli_logits", p -> Bernoulli.logits(n(p, "logits")));
    KNOWN.put("binomial", p -> Binomial.probs(n(p, "total_count"), n(p, "probs")));
    KNOWN.put("poisson", p -> Poisson.rate(n(p, "rate")));
    KNOWN.put("negative_binomial_mean", p -> NegativeBinomial.of(n(p, "mean"), n(p, "dispersion")));
    KNOWN.put("dirichlet", p -> Dirichlet.of(t(p, "concentration")));
    KNOWN.put(
        "multivariate_normal", p -> MultivariateNormal.scaleTril(t(p, "loc"), t(p, "scale_tril")));
    KNOWN.put("categorical", p -> Categorical.logits(t(p, "logits")));
    KNOWN.put("lkj_cholesky", p -> LkjCholesky.of((int) n(p, "dimension"), n(p, "concentration")));
    KNOWN.put("gumbel", p -> Gumbel.of(n(p, "loc"), n(p, "scale")));
    KNOWN.put("chi_squared", p -> ChiSquared.of(n(p, "df")));
    KNOWN.put("weibull", p -> Weibull.of(n(p, "shape"), n(p, "scale")));
    KNOWN.put("pareto", p -> Pareto.of(n(p, "scale"), n(p, "alpha")));
    KNOWN.put(
        "truncated_normal",
        p -> TruncatedNormal.of(n(p, "loc"), n(p, "scale"), n(p, "low"), n(p, "high")));
    KNOWN.put("von_mises", p -> VonMises.of(n(p, "loc"), n(p, "concentration")));
    KNOWN.put("geometric_failures", p -> Geometric.probs(n(p, "probs")));
    KNOWN.put(
        "beta_binomial", p -> BetaBinomial.of(n(p, "total_count"), n(p, "alpha"), n(p, "beta")));
    KNOWN.put(
        "multivariate_student_t",
        p -> MultivariateStudentT.of(n(p, "df"), t(p, "loc"), t(p, "scale_tril")));
    KNOWN.put("multinomial", p -> Multinomial.logits(n(p, "total_count"), t(p, "logits")));
    KNOWN.put(
        "zero_inflated_poisson", p -> ZeroInflated.of(n(p, "gate"), Poisson.rate(n(p, "rate"))));
    KNOWN.put("ordered_logistic", p -> OrderedLogistic.of(n(p, "predictor"), t(p, "cutpoints")));
    KNOWN.put("gaussian_random_walk", p -> GaussianRandomWalk.of(5, n(p, "scale")));
    KNOWN.put("wishart", p -> Wishart.scaleTril(n(p, "df"), t(p, "scale_tril")));
    KNOWN.put("mixture_of_normals", GoldenDistributionsTest::mixture);
  }

  private static double n(JsonNode p, String name) {
    return p.get(name).doubleValue();
  }

  private static Tensor t(JsonNode p, String name) {
    return tensor(p.get(name));
  }

  private static Tensor tensor(JsonNode node) {
    int[] dims = new int[0];
    for (JsonNode at = node; at.isArray(); at = at.get(0)) {
      dims = java.util.Arrays.copyOf(dims, dims.length + 1);
      dims[dims.length - 1] = at.size();
    }
    return Arena.current().tensor(SharedData.numbers(node), Shape.of(dims));
  }

  private static Distribution mixture(JsonNode p) {
    List<Distribution> components = new ArrayList<>();
    for (int k = 0; k < p.get("loc").size(); k++) {
      components.add(
          Normal.of(p.get("loc").get(k).doubleValue(), p.get("scale").get(k).doubleValue()));
    }
    return Mixture.of(t(p, "weights").log(), components);
  }

  @TestFactory
  Stream<DynamicTest> agreesWithReferences() {
    JsonNode cases = SharedData.json("golden/distributions.json").get("cases");
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode c = cases.get(i);
      String name = c.get("distribution").asText();
      if (KNOWN.containsKey(name)) {
        tests.add(DynamicTest.dynamicTest(i + " " + name, () -> check(name, c)));
      }
    }
    return tests.stream();
  }

  @Test
  void coversEveryDistributionOfTheFile() {
    TreeSet<String> golden = new TreeSet<>();
    SharedData.json("golden/distributions.json")
        .get("cases")
        .forEach(c -> golden.add(c.get("distribution").asText()));
    assertThat(KNOWN.keySet()).containsExactlyInAnyOrderElementsOf(golden);
  }

  private static void check(String name, JsonNode c) {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Distribution d = KNOWN.get(name).apply(c.get("parameters"));
            double[] expected = SharedData.numbers(c.get("log_prob"));
            double[] got = d.logProb(tensor(c.get("x"))).toDoubles();
            compare("log_prob", got, expected, RELATIVE);
            if (d instanceof HasMean m && !c.get("mean").isNull()) {
              compare("mean", m.mean().toDoubles(), SharedData.numbers(c.get("mean")), RELATIVE);
            }
            if (d instanceof HasVariance v && !c.get("variance").isNull()) {
              compare(
                  "variance",
                  v.variance().toDoubles(),
                  SharedData.numbers(c.get("variance")),
                  RELATIVE);
            }
            if (d instanceof HasCdf f && !c.get("cdf").isNull()) {
              double[] cdf = f.cdf(tensor(c.get("x"))).toDoubles();
              compare("cdf", cdf, SharedData.numbers(c.get("cdf")), CDF_RELATIVE);
            }
            return null;
          });
    }
  }

  private static void compare(String what, double[] got, double[] expected, double relative) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      if (Double.isNaN(expected[i])) {
        continue;
      }
      if (Double.isInfinite(expected[i])) {
        assertThat(got[i]).as("%s[%d]", what, i).isEqualTo(expected[i]);
        continue;
      }
      double margin = relative * Math.abs(expected[i]) + ABSOLUTE;
      assertThat(got[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(margin));
    }
  }
}
