package io.flowsvi.flows.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.EntropyGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1};
  private final Session session = Session.open(7);
  private final ParamStore params = Problems.params(session);
  private final Model<double[]> model = Problems.normalMean();
  private final ModelStructure structure = ModelStructure.of(session, model, Y);
  private final ScorableGuide<Object> guide = Problems.meanField(structure, params);

  @AfterEach
  void close() {
    session.close();
  }

  private static <D> Scores scores(
      ModelStructure structure, Model<D> model, D data, Guide<? super D> guide, int particles) {
    Proposal proposal = guide.propose(new ArenaInputs(), data, particles, Seed.of(21));
    return Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
  }

  private double[] gradient(Objective objective) {
    double[] gradient = new double[params.size()];
    session.compute(
        arena ->
            Tape.gradient(
                params,
                gradient,
                () ->
                    objective.loss(
                        scores(structure, model, Y, guide, objective.particles()),
                        Tensor.number(1))));
    return gradient;
  }

  private double loss(Objective objective) {
    return session.compute(
        arena ->
            objective
                .loss(scores(structure, model, Y, guide, objective.particles()), Tensor.number(1))
                .item());
  }

  /** The exact posterior of mu: precision 1/9 + n/4. */
  private void setExactPosterior() {
    double precision = 1 / 9.0 + Y.length / 4.0;
    double sum = java.util.Arrays.stream(Y).sum();
    double start = structure.start()[0];
    for (Param p : params.params()) {
      p.set(
          p.path().endsWith("shift")
              ? (1 / 9.0 + sum / 4) / precision - start
              : -0.5 * Math.log(precision));
    }
  }

  private static double logEvidence() {
    // y ~ N(1, 4 I + 9 11ᵀ), by the determinant lemma and Sherman–Morrison.
    int n = Y.length;
    double sum = 0;
    double squares = 0;
    for (double y : Y) {
      sum += y - 1;
      squares += (y - 1) * (y - 1);
    }
    double logDet = n * Math.log(4) + Math.log(1 + n * 9 / 4.0);
    double quadratic = squares / 4 - sum * sum / 16 / (1 / 9.0 + n / 4.0);
    return -0.5 * (n * Math.log(2 * Math.PI) + logDet + quadratic);
  }

  @Test
  void elboOfTheExactPosteriorIsTheLogEvidenceForEveryDraw() {
    setExactPosterior();
    assertThat(loss(new Elbo(1))).isCloseTo(-logEvidence(), within(1e-10));
    assertThat(loss(new Elbo(9))).isCloseTo(-logEvidence(), within(1e-10));
    assertThat(loss(new PathGradientElbo(guide, 9))).isCloseTo(-logEvidence(), within(1e-10));
  }

  @Test
  void pathGradientHasNoVarianceAtTheExactPosteriorAndTheTotalOneHas() {
    setExactPosterior();
    assertThat(norm(gradient(new PathGradientElbo(guide, 1)))).isLessThan(1e-10);
    assertThat(norm(gradient(new Elbo(1)))).isGreaterThan(1e-3);
  }

  @Test
  void bothGradientsHaveTheSameMean() {
    // 200,000 draws: the standard error of each component is below .01.
    double[] total = gradient(new Elbo(200_000));
    double[] path = gradient(new PathGradientElbo(guide, 200_000));
    for (int i = 0; i < total.length; i++) {
      assertThat(path[i]).isCloseTo(total[i], within(0.05));
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferencesOfTheLoss() {
    double[] exact = gradient(new Elbo(5));
    double h = 1e-6;
    for (int i = 0; i < exact.length; i++) {
      double before = params.values()[i];
      params.values()[i] = before + h;
      double above = loss(new Elbo(5));
      params.values()[i] = before - h;
      double below = loss(new Elbo(5));
      params.values()[i] = before;
      assertThat(exact[i]).isCloseTo((above - below) / (2 * h), within(1e-5));
    }
  }

  @Test
  void elboNeverExceedsTheEvidence() {
    assertThat(-loss(new Elbo(50_000))).isLessThan(logEvidence());
  }

  @Test
  void partsAddUpToTheBound() {
    session.compute(
        arena -> {
          Scores s = scores(structure, model, Y, guide, 3);
          double[] joint =
              s.sum(Term.Kind.PRIOR)
                  .plus(s.sum(Term.Kind.LIKELIHOOD))
                  .minus(s.sum(Term.Kind.GUIDE))
                  .toDoubles();
          assertThat(joint)
              .usingComparatorWithPrecision(1e-12)
              .containsExactly(s.logWeights().toDoubles());
          assertThat(s.pointwise(Problems.Y).shape()).isEqualTo(Shape.of(3, 4));
          assertThatThrownBy(() -> s.pointwise(new Observed("x")))
              .hasMessageContaining("No likelihood at site 'x'; there are [y]");
          return 0;
        });
  }

  private record Rows(double[] y, int[] ids) {}

  @Test
  void meanOverMinibatchesIsTheElboOfAllRowsWithAGlobalLatent() {
    Model<Rows> rows =
        (ctx, d) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          ctx.plate(
              Plate.batch("row", d.ids(), Y.length),
              () ->
                  ctx.observe(
                      Problems.Y, Normal.of(mu, 2), ctx.data(d.y(), Shape.of(d.y().length))));
        };
    Rows all = new Rows(Y, new int[] {0, 1, 2, 3});
    ModelStructure batched = ModelStructure.of(session, rows, all);
    Elbo elbo = new Elbo(7);
    double full = rowLoss(batched, rows, all, elbo);
    double mean = 0;
    int pairs = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        Rows pair = new Rows(new double[] {Y[i], Y[j]}, new int[] {i, j});
        mean += rowLoss(batched, rows, pair, elbo);
        pairs++;
      }
    }
    // The same noise in all: the scale makes the mean exact.
    assertThat(mean / pairs).isCloseTo(full, within(1e-10));
    assertThat(full).isCloseTo(loss(elbo), within(1e-10));
  }

  private double rowLoss(ModelStructure of, Model<Rows> rows, Rows data, Objective objective) {
    return session.compute(
        arena ->
            objective
                .loss(scores(of, rows, data, guide, objective.particles()), Tensor.number(1))
                .item());
  }

  @Test
  void pointwiseLikelihoodIsNeverScaled() {
    Model<Rows> rows =
        (ctx, d) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          ctx.plate(
              Plate.batch("row", d.ids(), 400),
              () ->
                  ctx.observe(
                      Problems.Y, Normal.of(mu, 2), ctx.data(d.y(), Shape.of(d.y().length))));
        };
    Rows two = new Rows(new double[] {1, 2}, new int[] {7, 9});
    ModelStructure batched = ModelStructure.of(session, rows, two);
    session.compute(
        arena -> {
          Scores s = scores(batched, rows, two, guide, 1);
          double pointwise = s.pointwise(Problems.Y).sum().item();
          assertThat(s.sum(Term.Kind.LIKELIHOOD).item()).isCloseTo(200 * pointwise, within(1e-9));
          return 0;
        });
  }

  @Test
  void elboKeepsTheContract() {
    new ObjectiveContract((g, particles) -> new Elbo(particles)).holds();
  }

  @Test
  void pathGradientElboKeepsTheContract() {
    new ObjectiveContract(PathGradientElbo::new).holds();
  }

  /** Five samples a bound where the particles divide into such. */
  private static int k(int particles) {
    return particles % 5 == 0 ? 5 : particles;
  }

  @Test
  void importanceWeightedBoundKeepsTheContract() {
    new ObjectiveContract((g, particles) -> new Iwae(k(particles), particles / k(particles)))
        .holds();
  }

  @Test
  void doublyReparameterizedBoundKeepsTheContract() {
    new ObjectiveContract(
            (g, particles) ->
                new DoublyReparameterizedIwae(g, k(particles), particles / k(particles)))
        .holds();
  }

  @Test
  void renyiBoundKeepsTheContract() {
    new ObjectiveContract((g, particles) -> new Renyi(0.5, particles)).holds();
    new ObjectiveContract((g, particles) -> new Renyi(2, particles)).holds();
  }

  @Test
  void annealedElboKeepsTheContract() {
    new ObjectiveContract((g, particles) -> new AnnealedElbo(particles, 500, 0)).holds();
  }

  @Test
  void entropyElboIsTheElboWithoutTheNoiseOfLogQ() {
    EntropyGuide known = (EntropyGuide) guide;
    double exact = loss(new EntropyElbo(known, 100_000));
    assertThat(exact).isCloseTo(loss(new Elbo(100_000)), within(0.02));
    setExactPosterior();
    // Any one draw of log p alone is off: only the mean is the evidence.
    assertThat(-loss(new EntropyElbo(known, 100_000))).isCloseTo(logEvidence(), within(0.02));
    double[] entropy = gradient(new EntropyElbo(known, 200_000));
    for (double g : entropy) {
      assertThat(g).isCloseTo(0, within(0.02));
    }
  }

  @Test
  void freeBitsElboKeepsTheContract() {
    new ObjectiveContract((g, particles) -> new FreeBitsElbo(particles, 0.01)).holds();
  }

  @Test
  void importanceWeightedBoundTightensWithItsSamples() {
    int particles = 64_000;
    double before = loss(new Elbo(particles));
    for (int k : new int[] {2, 8, 40}) {
      double tighter = loss(new Iwae(k, particles / k));
      // The start is nats away from the posterior: each step gains much more than the noise.
      assertThat(tighter).isLessThan(before - 0.02);
      assertThat(-tighter).isLessThan(logEvidence());
      before = tighter;
    }
    assertThat(loss(new Iwae(1, 100))).isCloseTo(loss(new Elbo(100)), within(1e-12));
  }

  @Test
  void renyiBoundFallsWithItsOrder() {
    double before = Double.NEGATIVE_INFINITY;
    for (double alpha : new double[] {0, 0.3, 0.9, 1.1, 2, 5}) {
      double loss = loss(new Renyi(alpha, 400));
      assertThat(loss).isGreaterThan(before);
      before = loss;
    }
    assertThat(loss(new Renyi(0, 400))).isCloseTo(loss(new Iwae(400)), within(1e-10));
    assertThat(loss(new Renyi(1 - 1e-7, 400))).isCloseTo(loss(new Elbo(400)), within(1e-4));
  }

  /** Mean and variance of each component over many one-bound gradients. */
  private double[][] moments(Objective objective, int repeats) {
    double[] sum = new double[params.size()];
    double[] squares = new double[params.size()];
    for (int r = 0; r < repeats; r++) {
      Seed noise = Seed.of(1000 + r);
      double[] gradient = new double[params.size()];
      session.compute(
          arena ->
              Tape.gradient(
                  params,
                  gradient,
                  () -> {
                    Proposal proposal =
                        guide.propose(new ArenaInputs(), Y, objective.particles(), noise);
                    return objective.loss(
                        Scores.of(Scoring.run(structure, model, Y, proposal.values()), proposal),
                        Tensor.number(1));
                  }));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += gradient[i];
        squares[i] += gradient[i] * gradient[i];
      }
    }
    double[] mean = new double[sum.length];
    double[] variance = new double[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = sum[i] / repeats;
      variance[i] = squares[i] / repeats - mean[i] * mean[i];
    }
    return new double[][] {mean, variance};
  }

  @Test
  void doublyReparameterizedGradientHasTheMeanOfTheTotalOneAndLessVariance() {
    // Near the posterior, where the score term is the noise that remains.
    setExactPosterior();
    for (Param p : params.params()) {
      p.set(p.toDoubles()[0] + 0.3);
    }
    int repeats = 1_500;
    double[][] total = moments(new Iwae(10), repeats);
    double[][] double_ = moments(new DoublyReparameterizedIwae(guide, 10), repeats);
    for (int i = 0; i < params.size(); i++) {
      double error = Math.sqrt((total[1][i] + double_[1][i]) / repeats);
      assertThat(double_[0][i]).isCloseTo(total[0][i], within(3 * error));
      assertThat(double_[1][i]).isLessThan(0.5 * total[1][i]);
    }
  }

  @Test
  void doublyReparameterizedBoundGivesTheModelsOwnParametersTheWholeGradient() {
    Param location =
        params.scope("model").param("location", Shape.scalar(), io.flowsvi.ppl.tensor.Init.of(2));
    Model<double[]> own =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(location.value(), 3));
          ctx.plate(
              Plate.of("row", y.length),
              () -> ctx.observe(Problems.Y, Normal.of(mu, 2), ctx.data(y, Shape.of(y.length))));
        };
    double[][] gradients = new double[2][params.size()];
    Objective[] both = {new Iwae(6), new DoublyReparameterizedIwae(guide, 6)};
    for (int i = 0; i < 2; i++) {
      int which = i;
      session.compute(
          arena ->
              Tape.gradient(
                  params,
                  gradients[which],
                  () -> both[which].loss(scores(structure, own, Y, guide, 6), Tensor.number(1))));
    }
    // The same draws: the model's part is the same number, the guide's is not.
    assertThat(gradients[1][location.offset()])
        .isCloseTo(gradients[0][location.offset()], within(1e-12))
        .isNotZero();
    assertThat(gradients[1][0]).isNotCloseTo(gradients[0][0], within(1e-3));
  }

  @Test
  void annealingRaisesTheKlPartToItsFullWeight() {
    AnnealedElbo annealed = new AnnealedElbo(40, 10, 0.2);
    assertThat(annealed.temperature(0)).isEqualTo(0.2);
    assertThat(annealed.temperature(5)).isCloseTo(0.6, within(1e-15));
    assertThat(annealed.temperature(10)).isEqualTo(1);
    assertThat(annealed.temperature(1_000)).isEqualTo(1);
    session.compute(
        arena -> {
          Scores s = scores(structure, model, Y, guide, 40);
          double kl = s.sum(Term.Kind.GUIDE).minus(s.sum(Term.Kind.PRIOR)).mean(0).item();
          double likelihood = s.sum(Term.Kind.LIKELIHOOD).mean(0).item();
          assertThat(annealed.loss(s, Tensor.number(0.3)).item())
              .isCloseTo(0.3 * kl - likelihood, within(1e-10));
          return 0;
        });
  }

  @Test
  void freeBitsAskForNoInformationBelowTheirNumber() {
    double elbo = loss(new Elbo(40));
    assertThat(loss(new FreeBitsElbo(40, 0))).isCloseTo(elbo, within(1e-10));
    double kl =
        session.compute(
            arena -> {
              Scores s = scores(structure, model, Y, guide, 40);
              return s.sum(Term.Kind.GUIDE).minus(s.sum(Term.Kind.PRIOR)).mean(0).item();
            });
    assertThat(loss(new FreeBitsElbo(40, kl + 2))).isCloseTo(elbo + 2, within(1e-10));
  }

  @Test
  void objectivesRefuseNumbersOutsideTheirRange() {
    assertThatThrownBy(() -> new Iwae(0, 3))
        .hasMessage(
            "An importance-weighted bound needs at least 1 sample and 1 group, got k = 0, groups ="
                + " 3.");
    assertThatThrownBy(() -> new DoublyReparameterizedIwae(guide, 3, 0))
        .hasMessageContaining("groups = 0");
    assertThatThrownBy(() -> new Renyi(-0.1, 3))
        .hasMessage("Renyi: alpha must be at least 0, finite and not 1, got -0.1.");
    assertThatThrownBy(() -> new Renyi(1, 3)).hasMessageContaining("alpha = 1 is the Elbo");
    assertThatThrownBy(() -> new AnnealedElbo(3, -1, 0))
        .hasMessage("AnnealedElbo: warmSteps must not be negative, got -1.");
    assertThatThrownBy(() -> new AnnealedElbo(3, 5, 2))
        .hasMessage("AnnealedElbo: start must be in [0, 1], got 2.0.");
    assertThatThrownBy(() -> new FreeBitsElbo(3, -1))
        .hasMessage("FreeBitsElbo: nats must be finite and not negative, got -1.0.");
  }

  @Test
  void refusesNoParticles() {
    assertThatThrownBy(() -> new Elbo(0)).hasMessage("An ELBO needs at least 1 particle, got 0.");
    assertThatThrownBy(() -> new PathGradientElbo(guide, -3)).hasMessageContaining("got -3");
  }

  private static double norm(double[] x) {
    return Math.sqrt(java.util.Arrays.stream(x).map(v -> v * v).sum());
  }
}
