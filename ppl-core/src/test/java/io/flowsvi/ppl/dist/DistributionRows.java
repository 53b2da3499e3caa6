package io.flowsvi.ppl.dist;

import static io.flowsvi.ppl.dist.DistributionRow.of;

import io.flowsvi.ppl.dist.DistributionRow.Path;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/** Every distribution with the values it is tried at. A new one needs a row here. */
final class DistributionRows {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private DistributionRows() {}

  static List<DistributionRow> all() {
    List<DistributionRow> rows = new ArrayList<>();
    real(rows);
    positive(rows);
    bounded(rows);
    discrete(rows);
    vectors(rows);
    return rows;
  }

  private static void real(List<DistributionRow> rows) {
    rows.add(
        of("Normal", Normal.class, p -> Normal.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, NAN)
            .with("scale", 1.7, 0.6, -1)
            .outside(INF, NAN)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Cauchy", Cauchy.class, p -> Cauchy.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Laplace", Laplace.class, p -> Laplace.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Logistic", Logistic.class, p -> Logistic.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, -0.1)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Gumbel", Gumbel.class, p -> Gumbel.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.9, -0.1)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("SkewNormal", SkewNormal.class, p -> SkewNormal.of(p.get(0), p.get(1), p.get(2)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, -2)
            .with("slant", 3.1, -1.4, NAN)
            .outside(INF)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "AsymmetricLaplace",
                AsymmetricLaplace.class,
                p -> AsymmetricLaplace.of(p.get(0), p.get(1), p.get(2)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, -2)
            .with("asymmetry", 0.6, 1.7, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of(
                "MixtureSameFamily",
                MixtureSameFamily.class,
                p -> MixtureSameFamily.of(p.get(0), Normal.of(p.get(1), p.get(2))))
            .with(
                "logits", Shape.of(3), new double[] {0.3, 1.1, 0}, new double[] {-0.3, 0.8, 1}, NAN)
            .with(
                "component loc",
                Shape.of(3),
                new double[] {-1.5, 0.4, 3},
                new double[] {-0.4, 0, 1},
                INF)
            .with(
                "component scale",
                Shape.of(3),
                new double[] {0.8, 1.3, 0.7},
                new double[] {1.1, 0.9, 1.4},
                -1)
            .outside(INF));
    rows.add(
        of("StudentT", StudentT.class, p -> StudentT.of(p.get(0), p.get(1), p.get(2)))
            .with("df", 7.5, 3.2, 0)
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 1.7, 0.6, -2)
            .outside(INF)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "Mixture",
                Mixture.class,
                p ->
                    Mixture.of(
                        p.get(0), List.of(Normal.of(p.get(1), p.get(2)), Normal.of(2.0, 0.7))))
            .with("logits", Shape.of(2), new double[] {0.3, 1.1}, new double[] {-0.3, 0.8}, NAN)
            .with("component 0 loc", -1.5, -0.4, INF)
            .with("component 0 scale", 0.8, 1.3, -1)
            .refusedBy("component 0 loc", "Normal")
            .refusedBy("component 0 scale", "Normal")
            .outside(INF));
  }

  private static void positive(List<DistributionRow> rows) {
    rows.add(
        of("Gamma", Gamma.class, p -> Gamma.of(p.get(0), p.get(1)))
            .with("concentration", 2.3, 0.7, 0)
            .with("rate", 1.4, 3.1, -1)
            .impossible(-1, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("ChiSquared", ChiSquared.class, p -> ChiSquared.of(p.get(0)))
            .with("df", 4.3, 1.2, 0)
            .impossible(-1, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Weibull", Weibull.class, p -> Weibull.of(p.get(0), p.get(1)))
            .with("shape", 2.3, 0.8, 0)
            .with("scale", 1.4, 3.1, -1)
            .impossible(-1, 0)
            .outside(INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Frechet", Frechet.class, p -> Frechet.of(p.get(0), p.get(1)))
            .with("shape", 6.3, 5.2, 0)
            .with("scale", 1.4, 3.1, -1)
            .impossible(-1, 0)
            .outside(INF)
            // At e^−100 the log density is −e^630: farther down it overflows.
            .far(100)
            .path(Path.ONE_NOISE));
    rows.add(
        of(
                "Transformed, log Student-t",
                Transformed.class,
                p -> Transformed.onto(Positive.INSTANCE, StudentT.of(p.get(0), p.get(1), p.get(2))))
            .with("base df", 7.5, 3.2, 0)
            .with("base loc", 0.4, -1.2, INF)
            .with("base scale", 0.7, 0.6, -2)
            .refusedBy("base df", "StudentT")
            .refusedBy("base loc", "StudentT")
            .refusedBy("base scale", "StudentT")
            .outside(-1, 0, INF)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "Truncated above a bound",
                Truncated.class,
                p -> Truncated.above(Logistic.of(p.get(1), p.get(2)), p.get(0)))
            .with("low", 1.1, -0.7, NAN)
            .with("base loc", 0.4, -1.2, INF)
            .with("base scale", 1.7, 0.6, -0.1)
            .refusedBy("base loc", "Logistic")
            .refusedBy("base scale", "Logistic")
            .impossible(1, -3)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Pareto", Pareto.class, p -> Pareto.of(p.get(0), p.get(1)))
            .with("scale", 1.4, 0.6, -1)
            .with("alpha", 6.3, 3.1, 0)
            .impossible(1.3, 0.2)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Gamma, exponential", Gamma.class, p -> Gamma.of(p.get(0), p.get(1)))
            .with("concentration", 1, 1.2, 0)
            .with("rate", 1.4, 3.1, -1)
            .outside(-1, 0, INF)
            .path(Path.ONE_NOISE));
    rows.add(
        of("InverseGamma", InverseGamma.class, p -> InverseGamma.of(p.get(0), p.get(1)))
            .with("concentration", 6.3, 3.7, 0)
            .with("scale", 1.4, 3.1, -1)
            .impossible(-1, 0)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Exponential", Exponential.class, p -> Exponential.of(p.get(0)))
            .with("rate", 1.4, 3.1, -1)
            .impossible(-1)
            .path(Path.ONE_NOISE));
    rows.add(
        of("LogNormal", LogNormal.class, p -> LogNormal.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -1.2, INF)
            .with("scale", 0.45, 0.6, -1)
            .impossible(-1)
            .path(Path.ONE_NOISE));
    rows.add(
        of("HalfNormal", HalfNormal.class, p -> HalfNormal.of(p.get(0)))
            .with("scale", 1.7, 0.6, -1)
            .impossible(-1)
            .path(Path.ONE_NOISE));
    rows.add(
        of("HalfCauchy", HalfCauchy.class, p -> HalfCauchy.of(p.get(0)))
            .with("scale", 1.7, 0.6, -1)
            .impossible(-1)
            .path(Path.ONE_NOISE));
    rows.add(
        of("HalfStudentT", HalfStudentT.class, p -> HalfStudentT.of(p.get(0), p.get(1)))
            .with("df", 4.5, 2.2, 0)
            .with("scale", 1.7, 0.6, -1)
            .impossible(-1)
            .path(Path.SEVERAL_NOISES));
  }

  private static void bounded(List<DistributionRow> rows) {
    rows.add(
        of("Uniform", Uniform.class, p -> Uniform.of(p.get(0), p.get(1)))
            .with("low", -0.7, 0.2, NAN)
            .with("high", 1.9, 2.4, INF)
            .impossible(-0.8, 2)
            .path(Path.ONE_NOISE));
    rows.add(truncated("TruncatedNormal", 0.4, 1.7, -0.9, 2.6));
    // Log masses of −70: of their differences a float keeps 4e-6.
    rows.add(truncated("TruncatedNormal lower tail", 0.4, 1.7, -21, -19).cancelling());
    rows.add(truncated("TruncatedNormal upper tail", 0.4, 1.7, 18, 23).cancelling());
    rows.add(truncated("TruncatedNormal wide", 0.4, 1.7, -60, 50));
    rows.add(
        of("VonMises", VonMises.class, p -> VonMises.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -2.2, INF)
            .with("concentration", 1.7, 9.5, -1)
            .outside(-3.2, 4, NAN));
    rows.add(
        of("VonMises almost uniform", VonMises.class, p -> VonMises.of(p.get(0), p.get(1)))
            .with("loc", 0.4, -2.2, INF)
            .with("concentration", 2e-2, 1e-3, -1)
            .outside(-3.2, 4, NAN));
    rows.add(
        of("Kumaraswamy", Kumaraswamy.class, p -> Kumaraswamy.of(p.get(0), p.get(1)))
            .with("alpha", 2.3, 1.4, 0)
            .with("beta", 1.2, 3.1, -1)
            .impossible(-0.1, 1.1)
            .path(Path.ONE_NOISE));
    rows.add(
        of(
                "Truncated between bounds",
                Truncated.class,
                p -> Truncated.between(Gumbel.of(p.get(2), p.get(3)), p.get(0), p.get(1)))
            .with("low", -0.9, -1.3, NAN)
            .with("high", 2.6, 3.1, INF)
            .with("base loc", 0.4, -1.2, INF)
            .with("base scale", 1.7, 0.9, -0.1)
            .refusedBy("base loc", "Gumbel")
            .refusedBy("base scale", "Gumbel")
            .impossible(-1, 3)
            .path(Path.ONE_NOISE));
    rows.add(
        of(
                "Truncated below a bound",
                Truncated.class,
                p -> Truncated.below(Weibull.of(p.get(1), p.get(2)), p.get(0)))
            .with("high", 2.6, 3.1, INF)
            .with("base shape", 2.3, 1.8, 0)
            .with("base scale", 1.4, 3.1, -1)
            .refusedBy("base shape", "Weibull")
            .refusedBy("base scale", "Weibull")
            .impossible(-1, 3)
            .path(Path.ONE_NOISE));
    rows.add(
        of("Beta, uniform", Beta.class, p -> Beta.of(p.get(0), p.get(1)))
            .with("alpha", 1, 1.5, 0)
            .with("beta", 1, 1.2, -1)
            .outside(-0.1, 1.1)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of("Beta", Beta.class, p -> Beta.of(p.get(0), p.get(1)))
            .with("alpha", 2.3, 1.4, 0)
            .with("beta", 1.2, 3.1, -1)
            .impossible(-0.1, 1.1)
            .path(Path.SEVERAL_NOISES));
  }

  private static DistributionRow truncated(
      String name, double loc, double scale, double low, double high) {
    return of(
            name,
            TruncatedNormal.class,
            p -> TruncatedNormal.of(p.get(0), p.get(1), p.get(2), p.get(3)))
        .with("loc", loc, loc - 0.7, INF)
        .with("scale", scale, scale + 0.5, -1)
        .with("low", low, low - 0.2, NAN)
        .with("high", high, high + 0.3, INF)
        .impossible(low - 1, high + 1)
        .path(Path.ONE_NOISE);
  }

  private static void discrete(List<DistributionRow> rows) {
    rows.add(
        of("Bernoulli logits", Bernoulli.class, p -> Bernoulli.logits(p.get(0)))
            .with("logits", 0.4, -1.2, INF)
            .impossible(2, -1, 0.5)
            .counts(1));
    rows.add(
        of("Bernoulli probs", Bernoulli.class, p -> Bernoulli.probs(p.get(0)))
            .with("probs", 0.4, 0.9, 1.1)
            .impossible(2, -1, 0.5)
            .counts(1));
    rows.add(
        of("Binomial logits", Binomial.class, p -> Binomial.logits(p.get(0), p.get(1)))
            .count("trials", 9, 2.5)
            .with("logits", 0.4, -1.2, INF)
            .impossible(-1, 0.5, 10)
            .counts(9));
    rows.add(
        of("Binomial probs", Binomial.class, p -> Binomial.probs(p.get(0), p.get(1)))
            .count("trials", 9, -1)
            .with("probs", 0.3, 0.6, -0.2)
            .impossible(-1, 0.5, 10)
            .counts(9));
    rows.add(
        of("BetaBinomial", BetaBinomial.class, p -> BetaBinomial.of(p.get(0), p.get(1), p.get(2)))
            .count("trials", 9, -1)
            .with("alpha", 1.4, 3, 0)
            .with("beta", 2.3, 0.7, -2)
            .impossible(-1, 0.5, 10)
            .counts(9));
    rows.add(
        of("Geometric", Geometric.class, p -> Geometric.probs(p.get(0)))
            .with("probs", 0.3, 0.6, 1.2)
            .impossible(-1, 0.5)
            .counts(90));
    rows.add(
        of("Poisson", Poisson.class, p -> Poisson.of(p.get(0)))
            .with("logRate", 1.1, -0.4, INF)
            .impossible(-1, 0.5)
            .counts(40));
    rows.add(
        of(
                "NegativeBinomial logMean",
                NegativeBinomial.class,
                p -> NegativeBinomial.logMean(p.get(0), p.get(1)))
            .with("logMean", 0.9, -0.4, INF)
            .with("dispersion", 1.7, 4.2, 0)
            .impossible(-1, 0.5)
            .counts(200));
    rows.add(
        of("Poisson rate", Poisson.class, p -> Poisson.rate(p.get(0)))
            .with("rate", 3.1, 0.4, -1)
            .impossible(-1, 0.5)
            .counts(40));
    rows.add(
        of("NegativeBinomial", NegativeBinomial.class, p -> NegativeBinomial.of(p.get(0), p.get(1)))
            .with("mean", 2.4, 0.8, -1)
            .with("dispersion", 1.7, 4.2, 0)
            .impossible(-1, 0.5)
            .counts(200));
    rows.add(
        of("ZeroInflated", ZeroInflated.class, p -> ZeroInflated.of(p.get(0), Poisson.of(p.get(1))))
            .with("gate", 0.3, 0.6, 1.2)
            .impossible(-1, 0.5)
            .with("base logRate", 1.1, -0.4, INF)
            .refusedBy("base logRate", "Poisson")
            .counts(40));
    rows.add(
        of("Hurdle", Hurdle.class, p -> Hurdle.of(p.get(0), Poisson.of(p.get(1))))
            .with("gate", 0.3, 0.6, 1.2)
            .impossible(-1, 0.5)
            .with("base logRate", 0.4, -0.9, INF)
            .refusedBy("base logRate", "Poisson")
            .counts(40));
    rows.add(
        of(
                "DirichletMultinomial",
                DirichletMultinomial.class,
                p -> DirichletMultinomial.of(p.get(0), p.get(1)))
            .count("trials", 4, -1)
            .with(
                "concentration",
                Shape.of(3),
                new double[] {0.8, 2.1, 1.3},
                new double[] {3, 0.4, 2},
                0)
            .impossibleEvent(1, 1, 1)
            .impossibleEvent(-1, 4, 1)
            .impossibleEvent(0.5, 1.5, 2)
            .impossibleVector(2, 2, 1)
            .outcomes(compositions(4)));
    rows.add(
        of("OrderedLogistic", OrderedLogistic.class, p -> OrderedLogistic.of(p.get(0), p.get(1)))
            .with("predictor", 0.3, -1.6, NAN)
            .with(
                "cutpoints",
                Shape.of(3),
                new double[] {-1.3, 0.4, 2.1},
                new double[] {-3, -2.9, 4},
                INF)
            .impossible(-1, 4, 0.5)
            .counts(3));
    rows.add(
        of("OrderedLogistic of two", OrderedLogistic.class, p -> OrderedLogistic.of(0.2, p.get(0)))
            .with("cutpoints", Shape.of(1), new double[] {-1.3}, new double[] {0.8}, INF)
            .impossible(-1, 2, 0.5)
            .counts(1));
    rows.add(
        of(
                "DiscretizedLogistic",
                DiscretizedLogistic.class,
                p -> DiscretizedLogistic.of(p.get(0), p.get(1), 6))
            .with("loc", 2.3, -0.7, NAN)
            .with("scale", 0.8, 2.4, 0)
            .impossible(-1, 6, 0.5)
            .counts(5));
    rows.add(
        of(
                "DiscretizedLogistic of two",
                DiscretizedLogistic.class,
                p -> DiscretizedLogistic.of(p.get(0), p.get(1), 2))
            .with("loc", 0.4, 1.9, NAN)
            .with("scale", 0.3, 1.1, -1)
            .impossible(-1, 2, 0.5)
            .counts(1));
    rows.add(
        of("Multinomial", Multinomial.class, p -> Multinomial.logits(p.get(0), p.get(1)))
            .count("trials", 4, -1)
            .with(
                "logits", Shape.of(3), new double[] {0.3, 1.1, -0.6}, new double[] {0, -1, 2}, NAN)
            .impossibleEvent(1, 1, 1)
            .impossibleEvent(-1, 4, 1)
            .impossibleEvent(0.5, 1.5, 2)
            .impossibleVector(2, 2, 1)
            .outcomes(compositions(4)));
    rows.add(
        of("Categorical", Categorical.class, p -> Categorical.logits(p.get(0)))
            .with(
                "logits",
                Shape.of(4),
                new double[] {0.3, 1.1, -0.6, 2},
                new double[] {-0.3, 0.8, 0, 1},
                NAN)
            .impossible(-1, 4, 0.5)
            .counts(3));
  }

  /** Three counts with this total. */
  private static double[][] compositions(int total) {
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i <= total; i++) {
      for (int j = 0; j <= total - i; j++) {
        all.add(new double[] {i, j, total - i - j});
      }
    }
    return all.toArray(double[][]::new);
  }

  /** Two of three states, one after the other. */
  private static double[][] pairs() {
    double[][] all = new double[9][];
    for (int i = 0; i < all.length; i++) {
      all[i] = new double[] {i / 3, i % 3};
    }
    return all;
  }

  private static void vectors(List<DistributionRow> rows) {
    rows.add(
        of("MarkovChain", MarkovChain.class, p -> MarkovChain.logits(p.get(0), p.get(1), 2))
            .with(
                "initial", Shape.of(3), new double[] {0.3, 1.1, -0.6}, new double[] {0, -1, 2}, NAN)
            .with(
                "transition",
                Shape.of(3, 3),
                new double[] {0.3, 1.1, -0.6, 2, 0, 0.4, -1, 0.2, 0.1},
                new double[] {0, -1, 2, 1, 1, 0, 0.5, 0.5, -2},
                NAN)
            .impossibleEvent(-1, 0)
            .impossibleEvent(0, 3)
            .impossibleEvent(0.5, 1)
            .outcomes(pairs()));
    rows.add(
        of("Event", Event.class, p -> Normal.of(p.get(0), p.get(1)).event(2))
            .with("loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -2}, INF)
            .with("scale", Shape.of(2), new double[] {1.7, 0.8}, new double[] {0.6, 3}, -1)
            .refuses(0, INF)
            .statistic("x1", x -> x[0], new NormalDistribution(0.4, 1.7)::cumulativeProbability)
            .statistic("x2", x -> x[1], new NormalDistribution(-0.9, 0.8)::cumulativeProbability)
            .statistic(
                "x1 + x2",
                x -> x[0] + x[1],
                new NormalDistribution(-0.5, Math.hypot(1.7, 0.8))::cumulativeProbability)
            .path(Path.ONE_NOISE));
    double[] tril = {1.3, 0, -0.6, 0.8};
    double[] other = {0.7, 0, 0.4, 1.9};
    rows.add(
        of(
                "MultivariateNormal",
                MultivariateNormal.class,
                p -> MultivariateNormal.scaleTril(p.get(0), p.get(1)))
            .with("loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -2}, INF)
            .with("scaleTril", Shape.of(2, 2), tril, other, NAN)
            .refuses(0, INF)
            .statistic("x1", x -> x[0], new NormalDistribution(0.4, 1.3)::cumulativeProbability)
            .statistic("x2", x -> x[1], new NormalDistribution(-0.9, 1)::cumulativeProbability)
            .statistic(
                "squared distance",
                x -> squaredDistance(x, tril),
                new ChiSquaredDistribution(2)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "MultivariateStudentT",
                MultivariateStudentT.class,
                p -> MultivariateStudentT.of(p.get(0), p.get(1), p.get(2)))
            .with("df", 6.5, 4.2, 0)
            .with("loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -2}, INF)
            .with("scaleTril", Shape.of(2, 2), tril, other, NAN)
            .refuses(0, INF)
            .statistic(
                "x1", x -> (x[0] - 0.4) / 1.3, new TDistribution(null, 6.5)::cumulativeProbability)
            .statistic("x2", x -> x[1] + 0.9, new TDistribution(null, 6.5)::cumulativeProbability)
            .statistic(
                "squared distance",
                x -> squaredDistance(x, tril) / 2,
                new FDistribution(null, 2, 6.5)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "LowRankMultivariateNormal",
                LowRankMultivariateNormal.class,
                p -> LowRankMultivariateNormal.of(p.get(0), p.get(1), p.get(2)))
            .with("loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -2}, INF)
            .with("factor", Shape.of(2, 1), new double[] {1.3, -0.6}, new double[] {0.4, 1}, NAN)
            .with("diagonal", Shape.of(2), new double[] {0.31, 0.64}, new double[] {1, 0.5}, -1)
            .refuses(0, INF)
            .statistic(
                "x1", x -> x[0], new NormalDistribution(0.4, Math.sqrt(2))::cumulativeProbability)
            .statistic("x2", x -> x[1], new NormalDistribution(-0.9, 1)::cumulativeProbability)
            .statistic(
                "x1 + x2",
                x -> x[0] + x[1],
                new NormalDistribution(-0.5, Math.sqrt(1.44))::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of("Ar1", Ar1.class, p -> Ar1.of(2, p.get(0), p.get(1), p.get(2)))
            .with("loc", 0.4, -1.2, INF)
            .with("persistence", 0.6, -0.3, 1)
            .with("scale", 0.8, 1.1, -1)
            .refuses(0, INF)
            // Every value has sd scale/√(1 − φ²) = 1.
            .statistic("x1", x -> x[0], new NormalDistribution(0.4, 1)::cumulativeProbability)
            .statistic("x2", x -> x[1], new NormalDistribution(0.4, 1)::cumulativeProbability)
            .statistic(
                "innovation",
                x -> x[1] - 0.4 - 0.6 * (x[0] - 0.4),
                new NormalDistribution(0, 0.8)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of("ZeroSumNormal", ZeroSumNormal.class, p -> ZeroSumNormal.of(3, p.get(0)))
            .with("scale", 1.7, 0.6, -1)
            .refuses(1, 1, 1)
            .statistic(
                "x1",
                x -> x[0],
                new NormalDistribution(0, 1.7 * Math.sqrt(2 / 3.0))::cumulativeProbability)
            .statistic(
                "x1 - x3",
                x -> x[0] - x[2],
                new NormalDistribution(0, 1.7 * Math.sqrt(2))::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of(
                "Transformed, logistic normal",
                Transformed.class,
                p -> Transformed.onto(Simplex.INSTANCE, Normal.of(p.get(0), p.get(1)).event(2)))
            .with("base loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -1}, INF)
            .with("base scale", Shape.of(2), new double[] {1.1, 0.8}, new double[] {0.6, 1}, -1)
            .refuses(0.5, 0.2, 0.2)
            // The first stick is sigmoid(u1 − log 2).
            .statistic(
                "logit x1",
                x -> Math.log(x[0] / (1 - x[0])) + Math.log(2),
                new NormalDistribution(0.4, 1.1)::cumulativeProbability)
            .statistic(
                "log x2/x3",
                x -> Math.log(x[1] / x[2]),
                new NormalDistribution(-0.9, 0.8)::cumulativeProbability)
            .path(Path.ONE_NOISE));
    rows.add(
        of(
                "Transformed by a bijection",
                Transformed.class,
                p -> Transformed.through(new Shear(), Normal.of(p.get(0), 1.0).event(2)))
            .with("base loc", Shape.of(2), new double[] {0.4, -0.9}, new double[] {1, -2}, INF)
            .refuses(0, INF)
            .statistic("x1", x -> x[0] / 2, new NormalDistribution(0.4, 1)::cumulativeProbability)
            .statistic(
                "x2 - x1²/16",
                x -> x[1] - x[0] * x[0] / 16,
                new NormalDistribution(-0.9, 1)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of("GaussianRandomWalk", GaussianRandomWalk.class, p -> GaussianRandomWalk.of(2, p.get(0)))
            .with("scale", 1.7, 0.6, -1)
            .refuses(0, INF)
            .statistic("x1", x -> x[0], new NormalDistribution(0, 1.7)::cumulativeProbability)
            .statistic(
                "x2 - x1", x -> x[1] - x[0], new NormalDistribution(0, 1.7)::cumulativeProbability)
            .statistic(
                "x2",
                x -> x[1],
                new NormalDistribution(0, 1.7 * Math.sqrt(2))::cumulativeProbability)
            .path(Path.SEVERAL_NOISES));
    rows.add(
        of("Wishart", Wishart.class, p -> Wishart.scaleTril(p.get(0), p.get(1)))
            .with("df", 6.2, 5.1, 0)
            .with(
                "scaleTril",
                Shape.of(2, 2),
                new double[] {0.5, 0, -0.3, 0.4},
                new double[] {0.7, 0, 0.2, 0.6},
                NAN)
            .refuses(1, 0.5, 0.4, 1)
            .refuses(1, 2, 2, 1)
            .refuses(NAN, 0, 0, 1)
            // aᵀWa/aᵀVa is chi-squared with df degrees of freedom, whatever a.
            .statistic(
                "W11", x -> x[0] / 0.25, new ChiSquaredDistribution(6.2)::cumulativeProbability)
            .statistic(
                "W22", x -> x[3] / 0.25, new ChiSquaredDistribution(6.2)::cumulativeProbability)
            .statistic(
                "W11 + 2 W12 + W22",
                x -> (x[0] + x[1] + x[2] + x[3]) / 0.2,
                new ChiSquaredDistribution(6.2)::cumulativeProbability)
            // det W/W11/L22² is chi-squared with one degree less.
            .statistic(
                "W22 given W11",
                x -> (x[3] - x[1] * x[2] / x[0]) / 0.16,
                new ChiSquaredDistribution(5.2)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES)
            .far(6));
    rows.add(
        of("Dirichlet, uniform", Dirichlet.class, p -> Dirichlet.of(p.get(0)))
            .with("concentration", Shape.of(3), new double[] {1, 1, 1}, new double[] {1, 3, 2}, -1)
            .refuses(0.5, 0.2, 0.2)
            .statistic("x1", x -> x[0], new BetaDistribution(1, 2)::cumulativeProbability)
            .statistic("x3", x -> x[2], new BetaDistribution(1, 2)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES)
            .far(100));
    rows.add(
        of("Dirichlet", Dirichlet.class, p -> Dirichlet.of(p.get(0)))
            .with(
                "concentration",
                Shape.of(3),
                new double[] {1.4, 0.8, 2.2},
                new double[] {1, 3, 0.5},
                -1)
            .impossibleEvent(0.5, 0.2, 0.2)
            .impossibleEvent(1.2, -0.1, -0.1)
            .statistic("x1", x -> x[0], new BetaDistribution(1.4, 3)::cumulativeProbability)
            .statistic("x2", x -> x[1], new BetaDistribution(0.8, 3.6)::cumulativeProbability)
            .statistic("x3", x -> x[2], new BetaDistribution(2.2, 2.2)::cumulativeProbability)
            .statistic(
                "x1/(x1 + x3)",
                x -> x[0] / (x[0] + x[2]),
                new BetaDistribution(1.4, 2.2)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES)
            .far(100));
    // Each correlation of an LKJ matrix has (r + 1)/2 ~ Beta(η − 1 + D/2, the same).
    BetaDistribution r3 = new BetaDistribution(1.7 + 0.5, 1.7 + 0.5);
    rows.add(
        of("LkjCholesky", LkjCholesky.class, p -> LkjCholesky.of(3, p.get(0)))
            .with("concentration", 1.7, 0.8, 0)
            .refuses(1, 0, 0, 0, 1, 0, 0, 0.5, 0.5)
            .statistic("r21", x -> (x[3] + 1) / 2, r3::cumulativeProbability)
            .statistic("r31", x -> (x[6] + 1) / 2, r3::cumulativeProbability)
            .statistic("r32", x -> (x[3] * x[6] + x[4] * x[7] + 1) / 2, r3::cumulativeProbability)
            // det R = L22²·L33², L22² = 1 − r21² and L33² independent of it.
            .statistic(
                "L33²", x -> x[8] * x[8], new BetaDistribution(1.7, 1)::cumulativeProbability)
            .path(Path.SEVERAL_NOISES)
            .far(100));
  }

  /** (z1, z2) to (2 z1, z2 + z1²/4). */
  private record Shear() implements Bijection {
    @Override
    public Mapped forward(Tensor z) {
      Tensor z1 = z.slice(-1, 0, 1);
      Tensor y2 = z.slice(-1, 1, 2).plus(z1.square().times(0.25));
      return new Mapped(Tensor.concat(List.of(z1.times(2), y2), -1), Tensor.number(Math.log(2)));
    }

    @Override
    public Mapped inverse(Tensor y) {
      Tensor z1 = y.slice(-1, 0, 1).times(0.5);
      Tensor z2 = y.slice(-1, 1, 2).minus(z1.square().times(0.25));
      return new Mapped(Tensor.concat(List.of(z1, z2), -1), Tensor.number(-Math.log(2)));
    }
  }

  /** ‖L⁻¹(x − loc)‖² for loc (0.4, −0.9). */
  static double squaredDistance(double[] x, double[] tril) {
    double z1 = (x[0] - 0.4) / tril[0];
    double z2 = (x[1] + 0.9 - tril[2] * z1) / tril[3];
    return z1 * z1 + z2 * z2;
  }
}
