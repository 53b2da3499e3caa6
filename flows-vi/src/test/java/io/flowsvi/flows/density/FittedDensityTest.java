package io.flowsvi.flows.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.ContinuousFamily;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.flows.net.Net;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.ode.AdaptiveSteps;
import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fitted masked flow inside models: prior (frozen or trained on), likelihood, conditional. */
class FittedDensityTest {
  private static final Latent Z = new Latent("z");
  private static final double NOISE = 0.5;
  private static final double[] SEEN = {4, 1.2};

  /** Far from standard: x₀ ~ N(5, 2²), x₁ = (x₀ − 5)²/4 + N(0, ½²). */
  private static Rows banana(int n) {
    double[] values =
        Seed.of(8)
            .fill(
                Shape.of(n, 2),
                (random, target, from, to) -> {
                  ZigguratSampler.NormalizedGaussian normal =
                      ZigguratSampler.NormalizedGaussian.of(random);
                  double x = normal.sample();
                  target[from] = 5 + 2 * x;
                  target[from + 1] = x * x + 0.5 * normal.sample();
                });
    return new Rows(values, 2);
  }

  private static DensityFit maf(Session session, ParamStore params) {
    return fit(session, params, "maf");
  }

  private static DensityFit fit(Session session, ParamStore params, String family) {
    return fit(session, params, PriorFamilies.all().get(family));
  }

  private static DensityFit fit(Session session, ParamStore params, PriorFamily family) {
    return fit(session, params, family, 4);
  }

  private static DensityFit fit(
      Session session, ParamStore params, PriorFamily family, int epochs) {
    EstimatedFlow flow = family.trained(2, params.scope("prior"));
    DensitySettings settings = DensitySettings.defaults().withEpochs(epochs).withBatchSize(64);
    return MaximumLikelihood.fit(session, params, flow, banana(400), settings, report -> {});
  }

  private static Model<double[]> denoising(Flow prior) {
    return (ctx, y) -> {
      Tensor z = ctx.sample(Z, prior);
      ctx.observe(new Observed("y"), Normal.of(z, NOISE).event(2), ctx.data(y, Shape.of(2)));
    };
  }

  private static Svi<double[]> svi(Session session, ParamStore params, Model<double[]> model) {
    ModelStructure structure = ModelStructure.of(session, model, SEEN);
    Guide<Object> guide =
        FlowCatalog.library().guide("full-rank").build(structure, params.scope("guide"));
    SviSettings settings = SviSettings.defaults().withSteps(400).withLearningRate(0.02);
    return new Svi<>(session, params, structure, model, guide, new Elbo(8), settings);
  }

  /** log p(y) by draws of the prior, and its standard error. */
  private static double[] evidence(Session session, DensityFit fit) {
    int n = 20_000;
    double[] draws = fit.sample(n, Seed.of(77));
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int k = 0; k < 2; k++) {
        square += Math.pow((SEEN[k] - draws[2 * i + k]) / NOISE, 2);
      }
      weights[i] = Math.exp(-0.5 * square) / (2 * Math.PI * NOISE * NOISE);
    }
    double mean = Arrays.stream(weights).average().orElseThrow();
    double square = Arrays.stream(weights).map(w -> (w - mean) * (w - mean)).sum() / n;
    return new double[] {Math.log(mean), Math.sqrt(square / n) / mean};
  }

  @Test
  void aFrozenPriorBoundsTheEvidenceAndKeepsItsNumbers() {
    boundsTheEvidenceAndKeepsItsNumbers("maf");
  }

  /** Its steps look at values: the fit runs operation by operation. */
  @Tag("slow")
  @Test
  void aFrozenContinuousPriorBoundsTheEvidenceAndKeepsItsNumbers() {
    boundsTheEvidenceAndKeepsItsNumbers("cnf");
  }

  private static void boundsTheEvidenceAndKeepsItsNumbers(String family) {
    try (Session session = Session.open(6)) {
      ParamStore own = new ParamStore(session.seed());
      DensityFit fit = fit(session, own, family);
      double[] before = own.snapshot().values();
      ParamStore params = new ParamStore(session.seed().fold("svi"));
      Svi<double[]> svi = svi(session, params, denoising(fit.distribution()));
      double elbo = svi.run(SEEN).posterior().elbo(4000).value();
      double[] evidence = evidence(session, fit);
      // Four standard errors: a false alarm once in 30,000 seeds.
      assertThat(elbo).isLessThan(evidence[0] + 4 * evidence[1] + 0.02);
      assertThat(elbo).isGreaterThan(evidence[0] - 0.6);
      assertThat(own.snapshot().values()).containsExactly(before);
    }
  }

  @Test
  void aPriorAmongTheParametersIsTrainedOnUnlessFrozen() {
    for (boolean frozen : new boolean[] {true, false}) {
      try (Session session = Session.open(6)) {
        ParamStore params = new ParamStore(session.seed());
        Flow prior = PriorFamilies.all().get("maf").build(2, params.scope("prior"));
        Svi<double[]> svi = svi(session, params, denoising(prior));
        if (frozen) {
          params.freeze("prior");
        }
        double[] before = params.snapshot().values();
        for (int i = 0; i < 20; i++) {
          svi.step(SEEN);
        }
        assertThatThrownBy(
                () ->
                    params
                        .scope("late")
                        .param("w", Shape.of(1), io.flowsvi.ppl.tensor.Init.zeros()))
            .hasMessageContaining("Parameter 'late/w' was made after the first step");
        boolean[] trainable = params.trainable();
        double moved = 0;
        for (int i = 0; i < params.size(); i++) {
          boolean ofPrior = i < params.params().get(priorCount(params)).offset();
          moved += ofPrior ? Math.abs(params.values()[i] - before[i]) : 0;
          assertThat(trainable[i]).isEqualTo(!(ofPrior && frozen));
        }
        assertThat(moved > 0).isEqualTo(!frozen);
      }
    }
  }

  private static int priorCount(ParamStore params) {
    return (int) params.params().stream().filter(p -> p.path().startsWith("prior/")).count();
  }

  /** Rows shifted by an unknown b under a fitted likelihood: the posterior of b by a grid. */
  @Tag("slow")
  @Test
  void asLikelihoodItGivesThePosteriorOfAShift() {
    try (Session session = Session.open(6)) {
      DensityFit fit = maf(session, new ParamStore(session.seed()));
      double[] rows = banana(30).values();
      for (int i = 0; i < rows.length; i += 2) {
        rows[i] += 0.7;
      }
      Latent b = new Latent("b");
      Model<double[]> model =
          (ctx, x) -> {
            Tensor shift = ctx.sample(b, Normal.of(0, 1));
            Tensor both = shift.unsqueeze(-1).unsqueeze(-1).pad(-1, 0, 1);
            Tensor moved = ctx.data(x, Shape.of(30, 2)).minus(both);
            ctx.factor(
                new io.flowsvi.ppl.model.Factor("x"), fit.distribution().logProb(moved).sum(-1));
          };
      double[] weights = new double[121];
      double[] grid = new double[121];
      for (int g = 0; g < grid.length; g++) {
        grid[g] = -1 + g / 60.0;
        double[] moved = rows.clone();
        for (int i = 0; i < moved.length; i += 2) {
          moved[i] -= grid[g];
        }
        weights[g] = Arrays.stream(fit.logProb(moved)).sum() - 0.5 * grid[g] * grid[g];
      }
      double top = Arrays.stream(weights).max().orElseThrow();
      double total = 0;
      double mean = 0;
      for (int g = 0; g < grid.length; g++) {
        double w = Math.exp(weights[g] - top);
        total += w;
        mean += w * grid[g];
      }
      ModelStructure structure = ModelStructure.of(session, model, rows);
      ParamStore params = new ParamStore(session.seed().fold("svi"));
      Guide<Object> guide =
          FlowCatalog.library().guide("mean-field").build(structure, params.scope("guide"));
      SviSettings settings = SviSettings.defaults().withSteps(300).withLearningRate(0.03);
      double found =
          new Svi<>(session, params, structure, model, guide, new Elbo(4), settings)
              .run(rows)
              .posterior()
              .draws(b, 4000)
              .mean();
      assertThat(found).isCloseTo(mean / total, within(0.08));
    }
  }

  /**
   * Beside a latent of its own the evidence of observed rows is their score, and the bound tight.
   */
  @Test
  void observedRowsAddTheirScoreToTheBound() {
    observedRowsAddTheirScoreToTheBound("maf");
  }

  /** Its steps look at values: the fit runs operation by operation. */
  @Tag("slow")
  @Test
  void rowsUnderAContinuousFlowAddTheirScoreToTheBound() {
    observedRowsAddTheirScoreToTheBound("cnf");
  }

  private static void observedRowsAddTheirScoreToTheBound(String family) {
    try (Session session = Session.open(6)) {
      DensityFit fit = fit(session, new ParamStore(session.seed()), family);
      double[] rows = banana(30).values();
      Model<double[]> model =
          (ctx, x) -> {
            ctx.sample(new Latent("b"), Normal.of(0, 1));
            ctx.plate(
                Plate.of("row", 30),
                () ->
                    ctx.observe(
                        new Observed("x"), fit.distribution(), ctx.data(x, Shape.of(30, 2))));
          };
      ModelStructure structure = ModelStructure.of(session, model, rows);
      ParamStore params = new ParamStore(session.seed().fold("svi"));
      Guide<Object> guide =
          FlowCatalog.library().guide("mean-field").build(structure, params.scope("guide"));
      SviSettings settings = SviSettings.defaults().withSteps(60).withLearningRate(0.05);
      double elbo =
          new Svi<>(session, params, structure, model, guide, new Elbo(4), settings)
              .run(rows)
              .posterior()
              .elbo(1000)
              .value();
      double evidence = Arrays.stream(fit.logProb(rows)).sum();
      assertThat(elbo).isBetween(evidence - 0.1, evidence + 0.05);
    }
  }

  /** Draws and scores of a continuous flow are two solves, of tens of steps with an error each. */
  private static PriorFamily solvedExactly(String family) {
    ContinuousFamily quick = ContinuousFamily.standard();
    return family.equals("cnf")
        ? new ContinuousFamily(
            quick.hidden(),
            quick.training(),
            quick.divergence(),
            quick.penalty(),
            AdaptiveSteps.of(1e-11))
        : PriorFamilies.all().get(family);
  }

  @ParameterizedTest
  @ValueSource(strings = {"maf", "cnf"})
  void observedRowsScoreAsTheFitScoresThem(String name) {
    PriorFamily family = solvedExactly(name);
    try (Session session = Session.open(6)) {
      // Any flow that is not the identity will do.
      DensityFit fit = fit(session, new ParamStore(session.seed()), family, 1);
      double[] rows = banana(5).values();
      double[] byFit = fit.logProb(rows);
      double[] byDistribution =
          session.compute(
              a -> fit.distribution().logProb(a.tensor(rows, Shape.of(5, 2))).toDoubles());
      assertThat(byDistribution).containsExactly(byFit, within(1e-10));
      session.compute(
          a -> {
            var draw = fit.distribution().draw(Seed.of(3), Shape.of(6));
            double[] scored = fit.distribution().logProb(draw.value()).toDoubles();
            assertThat(draw.logProb().toDoubles()).containsExactly(scored, within(1e-8));
            return null;
          });
    }
  }

  /** x₀ | c ~ N(sin 2c, 0.3²), x₁ | x₀, c ~ N(c x₀, 0.2²): entropy known for every c. */
  @Test
  void aConditionalFlowLearnsADensityThatMovesWithItsContext() {
    int n = 512;
    double[] c = new double[n];
    double[] x = new double[2 * n];
    ZigguratSampler.NormalizedGaussian normal =
        ZigguratSampler.NormalizedGaussian.of(Seed.of(2).generator());
    for (int i = 0; i < n; i++) {
      c[i] = 3.0 * i / n - 1.5;
      x[2 * i] = Math.sin(2 * c[i]) + 0.3 * normal.sample();
      x[2 * i + 1] = c[i] * x[2 * i] + 0.2 * normal.sample();
    }
    double entropy = Math.log(2 * Math.PI * Math.E) + Math.log(0.3) + Math.log(0.2);
    try (Session session = Session.open(6)) {
      ParamStore params = new ParamStore(session.seed());
      BijectiveChain chain = Chain.of(2);
      for (int k = 0; k < 2; k++) {
        MadeSettings sizes = MadeSettings.of(2, 24).withContext(8).withActivation(Activation.TANH);
        Made made = Made.of(params.scope("made" + k), sizes);
        chain =
            chain
                .then(new MaskedAffine(made, MaskedAffine.Scale.SOFT).withSequentialInverse())
                .then(new Reverse(2));
      }
      chain = chain.then(new ShiftScale(2, 1));
      Net trunk = Net.mlp(params.scope("trunk"), 1, 16, 16);
      Conditional<Flow> density = chain.pullback(Network.of(trunk, chain, params.scope("head")));
      double[] gradient = new double[params.size()];
      Moments moments = new Moments(params.size());
      double loss = Double.NaN;
      for (int step = 0; step < 500; step++) {
        loss =
            session.compute(
                a -> Tape.gradient(params, gradient, () -> score(density, c, x).mean().negate()));
        Adam.standard()
            .update(
                moments, params.values(), gradient, params.trainable(), step < 350 ? 0.01 : 2e-3);
      }
      // 512 rows: the mean of two halved χ² has a standard deviation of 0.044; 24·… numbers overfit
      // a little below.
      assertThat(loss).isBetween(entropy - 0.25, entropy + 0.1);
      // Draws follow the context, too.
      double[] at =
          session.compute(
              a -> {
                Tensor context = a.tensor(new double[] {-0.8, 0.8}, Shape.of(2, 1));
                Tensor draws = density.given(context).sample(Seed.of(5), Shape.of(400, 2));
                return draws.mean(0).toDoubles();
              });
      assertThat(at[0]).isCloseTo(Math.sin(-1.6), within(0.12));
      assertThat(at[2]).isCloseTo(Math.sin(1.6), within(0.12));
    }
  }

  private static Tensor score(Conditional<Flow> density, double[] c, double[] x) {
    Arena arena = Arena.current();
    return density
        .given(arena.tensor(c, Shape.of(c.length, 1)))
        .logProb(arena.tensor(x, Shape.of(c.length, 2)));
  }
}
