package io.flowsvi.flows.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.Vi;
import io.flowsvi.flows.diagnose.Verdict;
import io.flowsvi.flows.family.BlockFamily;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Batches;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Mixture;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guides that are more, or less, than a chain of layers over normal noise. */
class NamedGuidesTest {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1};
  private static final double PRECISION = 1 / 9.0 + 1;
  private static final double MEAN = (1 / 9.0 + 4.2 / 4) / PRECISION;
  private static final SviSettings QUICK =
      SviSettings.defaults()
          .withSteps(1_200)
          .withCoolingSteps(400)
          .withLearningRate(0.03)
          .withEvaluation(300, 200)
          .withConvergence(Convergence.never());

  private final Session session = Session.open(3);
  private final ParamStore params = Problems.params(session);
  private final Model<Problems.Schools> model = Problems.eightSchools();
  private final Problems.Schools data = Problems.Schools.eight();
  private final ModelStructure structure = ModelStructure.of(session, model, data);

  @AfterEach
  void close() {
    session.close();
  }

  private static GuideFamily family(String name) {
    return FlowCatalog.library().guide(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "laplace", "low-rank", "block", "student-t", "mixture"})
  void keepsTheContract(String name) {
    Guide<Object> guide = family(name).build(structure, params.scope("guide"));
    if (guide instanceof LaplaceGuide) {
      // Moved off zero, so that draws, log q and the mode's gradient are those of a normal.
      params.params().stream()
          .filter(p -> p.path().contains("curvature"))
          .forEach(
              p -> {
                double[] values = new double[p.shape().size()];
                Arrays.setAll(values, i -> p.shape().rank() == 2 && i % 11 == 0 ? 0.2 : 0);
                p.set(values);
              });
    }
    var contract = new GuideContract<>(session, params, model, data, guide);
    contract.holds();
    if (guide instanceof ScorableGuide<Object> scorable) {
      contract.scores(scorable);
    }
  }

  @Test
  void mapFindsTheModeAndClaimsNoMore() {
    Fit<double[]> fit = Vi.fit(session, Problems.normalMean(), Y, family("map"), QUICK);
    Posterior<double[]> posterior = fit.posterior();
    assertThat(posterior.draws(Problems.MU, 100).mean()).isCloseTo(MEAN, within(1e-3));
    assertThat(posterior.draws(Problems.MU, 100).sd()).isLessThan(1e-12);
    var psis = posterior.psis(1_000);
    assertThat(psis.kHat()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(psis.verdict()).isEqualTo(Verdict.UNRELIABLE);
    assertThat(psis.ess()).isCloseTo(1, within(1e-9));
  }

  @Test
  void laplaceIsExactForANormalPosterior() {
    Fit<double[]> fit =
        Vi.fit(session, Problems.normalMean(), Y, family("laplace"), QUICK.withSteps(60));
    Posterior<double[]> posterior = fit.posterior();
    // log weights are constant where q is the posterior: to the accuracy of differences.
    double[] weights = posterior.logWeights(200);
    double spread =
        Arrays.stream(weights).max().orElseThrow() - Arrays.stream(weights).min().orElseThrow();
    assertThat(spread).isLessThan(1e-5);
    assertThat(posterior.draws(Problems.MU, 20_000).mean())
        .isCloseTo(MEAN, within(5 / Math.sqrt(20_000 * PRECISION)));
  }

  @Test
  void laplaceHasModeAndCurvatureOfAKnownDensity() {
    // Gamma(a, b) as log t: mode log(a/b), curvature a, in one and badly scaled dimension.
    double a = 40;
    double b = 1e5;
    LogDensity gamma =
        density(1, x -> a * x[0] - b * Math.exp(x[0]), x -> new double[] {a - b * Math.exp(x[0])});
    Laplace laplace = Laplace.of(gamma, new double[] {0});
    assertThat(laplace.mode()[0]).isCloseTo(Math.log(a / b), within(1e-7));
    assertThat(laplace.covariance()[0]).isCloseTo(1 / a, within(1e-7));
    // Stirling: log Γ(a) − a log b, with an error of 1/(12 a).
    assertThat(laplace.logEvidence())
        .isCloseTo(
            org.apache.commons.numbers.gamma.LogGamma.value(a) - a * Math.log(b),
            within(1.05 / (12 * a)));
  }

  @Test
  void laplaceKeepsCorrelationsAndScales() {
    double[] p = {4e8, 1.2e4, 0, 1.2e4, 1, 0.1, 0, 0.1, 0.5};
    LogDensity normal = density(3, x -> -0.5 * quadratic(p, x), x -> negative(times(p, x)));
    Laplace laplace = Laplace.of(normal, new double[] {1e-4, 1, -2});
    double[] product = new double[9];
    double[] c = laplace.covariance();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          product[i * 3 + j] += p[i * 3 + k] * c[k * 3 + j] * Math.sqrt(p[j * 4] / p[i * 4]);
        }
      }
    }
    assertThat(product)
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void laplaceNamesWhatHasNoCurvature() {
    LogDensity flat = density(2, x -> -x[0] * x[0], x -> new double[] {-2 * x[0], 0});
    assertThatThrownBy(() -> Laplace.of(flat, new double[] {1, 1}))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("'coordinate 1' can move")
        .hasMessageContaining("proper prior");
    LogDensity rising = density(1, x -> x[0], x -> new double[] {1});
    assertThatThrownBy(() -> Laplace.of(rising, new double[] {0}))
        .hasMessageContaining("No mode was reached in 100 Newton steps")
        .hasMessageContaining("'coordinate 0'");
    LogDensity broken = density(1, x -> Double.NaN, x -> new double[] {0});
    assertThatThrownBy(() -> Laplace.of(broken, new double[] {0}))
        .hasMessageContaining("needs a start of finite log density, got NaN");
    Latent loose = new Latent("loose");
    Model<double[]> improper =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(0, 1));
          Tensor x = ctx.sample(loose, Normal.of(0, 1));
          ctx.factor(new Factor("no prior"), x.square().times(0.5));
          ctx.observe(new Observed("y"), Normal.of(mu, 1), ctx.data(y, Shape.scalar()));
        };
    assertThatThrownBy(
            () ->
                Vi.fit(session, improper, new double[] {1}, LaplaceGuide::new, QUICK.withSteps(3)))
        .hasMessageContaining("'loose'");
  }

  @Test
  void laplaceRefusesBatches() {
    ModelStructure normal = ModelStructure.of(session, Problems.normalMean(), Y);
    LaplaceGuide guide = new LaplaceGuide(normal, params.scope("guide"));
    Svi<double[]> svi =
        new Svi<>(
            session, params, normal, Problems.normalMean(), guide, new Elbo(1), QUICK.withSteps(2));
    Batches<double[]> batches =
        Batches.shuffled(4, 2, Seed.of(1), ids -> new double[] {1, 2, 3, 4});
    assertThatThrownBy(() -> svi.run(batches))
        .hasMessageContaining("needs the curvature of all the data, but this fit runs in batches");
  }

  @Test
  void lowRankScoresAsTheFullMatrixDoes() {
    ParamStore own = new ParamStore(Seed.of(5));
    var flow = new io.flowsvi.flows.layer.LowRankNormal(5, 2, 0.7, own.scope("q"));
    double[] live = own.values();
    for (int i = 0; i < own.size(); i++) {
      live[i] += 0.4 * Math.sin(3 * i);
    }
    session.compute(
        arena -> {
          Tensor v = own.params().get(2).value();
          Tensor s = own.params().get(1).value();
          Tensor sigma = v.matmulTransposed(v).plus(s.times(2).exp().diagonalMatrix());
          var full =
              io.flowsvi.ppl.dist.MultivariateNormal.scaleTril(
                  own.params().get(0).value(), sigma.cholesky());
          Tensor z = flow.sample(Seed.of(1), Shape.of(6));
          assertThat(flow.logProb(z).toDoubles())
              .usingComparatorWithPrecision(1e-10)
              .containsExactly(full.logProb(z).toDoubles());
          double entropy = 0.5 * (sigma.logAbsDet().item() + 5 * (1 + Math.log(2 * Math.PI)));
          assertThat(flow.entropy().item()).isCloseTo(entropy, within(1e-10));
          return 0;
        });
  }

  @Test
  void exactEntropiesAreTheMeanOfMinusLogQ() {
    for (String name : List.of("mean-field", "full-rank", "householder", "low-rank")) {
      ParamStore own = Problems.params(session);
      EntropyGuide guide = (EntropyGuide) family(name).build(structure, own.scope("guide"));
      for (int i = 0; i < own.size(); i++) {
        own.values()[i] += 0.2 * Math.cos(i);
      }
      session.compute(
          arena -> {
            double[] logQ =
                Terms.sum(guide.propose(new ArenaInputs(), data, 20_000, Seed.of(2)).logQ())
                    .toDoubles();
            // −log q of a normal in 10 dimensions has variance 5: five standard errors.
            assertThat(guide.entropy().item())
                .as(name)
                .isCloseTo(
                    -Arrays.stream(logQ).average().orElseThrow(),
                    within(5 * Math.sqrt(5 / 20_000.0)));
            return 0;
          });
    }
    var bent = Chain.of(2).then(new io.flowsvi.flows.layer.LeakyRelu(2));
    assertThatThrownBy(() -> bent.normal(Constant.of(bent, params.scope("bent"))))
        .hasMessageContaining("Layer 1 'LeakyRelu' is not affine");
  }

  @Test
  void studentTailsAreLearnt() {
    // A heavy and a light latent: the degrees of freedom must part.
    Latent heavy = new Latent("heavy");
    Latent light = new Latent("light");
    Model<double[]> tails =
        (ctx, none) -> {
          ctx.sample(heavy, StudentT.of(2.5, 0, 1));
          ctx.sample(light, Normal.of(0, 1));
        };
    Fit<double[]> fit = Vi.fit(session, tails, Y, family("student-t"), QUICK.withSteps(2_500));
    double[] raw = fit.parameters().values();
    assertThat(raw[0]).isLessThan(raw[1]);
    assertThat(1 + Math.log1p(Math.exp(raw[0]))).isBetween(1.5, 4.5);
    assertThat(fit.posterior().psis(4_000).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void mixtureHoldsTwoModes() {
    Latent x = new Latent("x");
    Model<double[]> modes =
        (ctx, none) ->
            ctx.sample(
                x,
                Mixture.of(
                    ctx.data(new double[] {0, 0}, Shape.of(2)),
                    List.of(Normal.of(-2, 0.5), Normal.of(2, 0.5))));
    Fit<double[]> fit = Vi.fit(session, modes, Y, family("mixture"), QUICK);
    double[] draws = fit.posterior().draws(x, 4_000).toArray();
    long right = Arrays.stream(draws).filter(v -> v > 0).count();
    assertThat(right).isBetween(800L, 3_200L);
    // One mode alone would cost log 2; one member against three costs 0.13.
    assertThat(fit.posterior().elbo(20_000).value()).isGreaterThan(-0.2);
  }

  @Test
  void blocksAreIndependentAndKeepTheirOwnFamilies() {
    GuideFamily blocks =
        BlockFamily.ofSites(family("mean-field"))
            .with(family("full-rank"), Problems.MU, Problems.ETA);
    Guide<Object> guide = blocks.build(structure, params.scope("guide"));
    assertThat(guide).isInstanceOf(ScorableGuide.class);
    assertThat(params.params().stream().map(p -> p.path()).toList())
        .contains("guide/block0/chain/0-LowerTriangular/lower")
        .contains("guide/block1/chain/0-ShiftScale/shift");
    GuideFamily oneWay =
        BlockFamily.ofSites(family("planar")).with(family("mean-field"), Problems.ETA);
    assertThat(oneWay.build(structure, params.scope("one-way")))
        .isNotInstanceOf(ScorableGuide.class);
    session.compute(
        arena -> {
          assertThat(guide.propose(new ArenaInputs(), data, 2, Seed.of(1)).logQ()).hasSize(2);
          return 0;
        });
  }

  @Test
  void blocksMustCoverEachLatentOnce() {
    ScorableGuide<Object> mu = part(List.of(Problems.MU), "mu");
    ScorableGuide<Object> both = part(List.of(Problems.MU, Problems.TAU), "both");
    session.compute(
        arena -> {
          assertThatThrownBy(
                  () ->
                      BlockGuide.<Object>of(structure, List.of(mu, both))
                          .propose(new ArenaInputs(), data, 1, Seed.of(1)))
              .hasMessageContaining("Latent 'mu' is proposed by two blocks");
          assertThatThrownBy(
                  () ->
                      BlockGuide.<Object>of(structure, List.of(both))
                          .propose(new ArenaInputs(), data, 1, Seed.of(1)))
              .hasMessageContaining("Latent 'eta' is in no block");
          return 0;
        });
    assertThatThrownBy(() -> structure.part(List.of(new Latent("sigma"))))
        .hasMessageContaining("The model has no latent 'sigma'. It has [mu, tau, eta]");
    assertThatThrownBy(() -> BlockFamily.ofSites(family("map")).with(family("map")))
        .hasMessageContaining("A block needs at least one latent");
  }

  private ScorableGuide<Object> part(List<Latent> sites, String name) {
    ModelStructure some = structure.part(sites);
    var chain = Chain.of(some.dim()).then(new ShiftScale(some.dim(), 0.3));
    return AutoGuide.of(some, chain.pushforward(Constant.of(chain, params.scope(name))));
  }

  /** A global latent with a flow, and one per row with an encoder. */
  @Test
  void blocksJoinGlobalAndAmortisedGuides() {
    Latent scale = new Latent("scale");
    Latent z = new Latent("z");
    Model<double[]> rows =
        (ctx, y) -> {
          Tensor s = ctx.sample(scale, HalfNormal.of(1));
          ctx.plate(
              Plate.of("row", y.length),
              () -> {
                Tensor each = ctx.sample(z, Normal.of(0, 1));
                ctx.observe(new Observed("y"), Normal.of(each, s), ctx.data(y, Shape.of(y.length)));
              });
        };
    ModelStructure of = ModelStructure.of(session, rows, Y);
    Guide<Object> global =
        family("mean-field").build(of.part(List.of(scale)), params.scope("global"));
    var chain = Chain.of(1).then(new ShiftScale(1, 0.5));
    Guide<double[]> local =
        AmortizedGuide.of(
            of.part(List.of(z)),
            z,
            y -> Plate.of("row", y.length),
            (in, y) -> in.data(y, Shape.of(y.length, 1)),
            chain.pushforward(
                io.flowsvi.flows.layer.Network.of(
                    io.flowsvi.flows.net.Net.mlp(params.scope("net"), 1, 8, 8),
                    chain,
                    params.scope("head"))));
    new GuideContract<>(
            session, params, rows, Y, BlockGuide.<double[]>of(of, List.of(global, local)))
        .holds();
  }

  @Test
  void planarBlockCannotScoreAndSaysSo() {
    Chain chain = Chain.of(10).then(new Planar(10));
    Guide<Object> planar =
        AutoGuide.of(structure, chain.pushforward(Constant.of(chain, params.scope("g"))));
    MapGuide map = new MapGuide(structure, params.scope("map"));
    session.compute(
        arena -> {
          Proposal proposal =
              BlockGuide.<Object>of(structure, List.of(planar))
                  .propose(new ArenaInputs(), data, 1, Seed.of(1));
          assertThatThrownBy(() -> proposal.pathLogQ().get())
              .hasMessageContaining("cannot score values");
          Proposal point = map.propose(new ArenaInputs(), data, 1, Seed.of(1));
          assertThatThrownBy(() -> point.pathLogQ().get())
              .hasMessageContaining("A point estimate cannot score values");
          return 0;
        });
  }

  private interface Value {
    double at(double[] x);
  }

  private interface Slope {
    double[] at(double[] x);
  }

  private static LogDensity density(int dim, Value value, Slope slope) {
    return new LogDensity() {
      @Override
      public int dim() {
        return dim;
      }

      @Override
      public double value(double[] x) {
        return value.at(x);
      }

      @Override
      public double gradient(double[] x, double[] gradient) {
        System.arraycopy(slope.at(x), 0, gradient, 0, dim);
        return value.at(x);
      }
    };
  }

  private static double[] times(double[] p, double[] x) {
    double[] product = new double[x.length];
    for (int i = 0; i < p.length; i++) {
      product[i / x.length] += p[i] * x[i % x.length];
    }
    return product;
  }

  private static double quadratic(double[] p, double[] x) {
    double sum = 0;
    double[] product = times(p, x);
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * product[i];
    }
    return sum;
  }

  private static double[] negative(double[] x) {
    return Arrays.stream(x).map(v -> -v).toArray();
  }
}
