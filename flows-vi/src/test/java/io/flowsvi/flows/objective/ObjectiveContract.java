package io.flowsvi.flows.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * What every lower bound on the evidence must keep; an objective that passes can be fitted. The
 * model is a normal mean with known variance, so that evidence and posterior are known.
 */
public final class ObjectiveContract {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1};

  private record Rows(double[] y, int[] ids) {}

  private final BiFunction<ScorableGuide<Object>, Integer, Objective> build;
  private final Session session = Session.open(7);
  private final ParamStore params = Problems.params(session);
  private final Model<Rows> model =
      (ctx, d) -> {
        Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
        ctx.plate(
            Plate.batch("row", d.ids(), Y.length),
            () ->
                ctx.observe(Problems.Y, Normal.of(mu, 2), ctx.data(d.y(), Shape.of(d.y().length))));
      };
  private final Rows all = new Rows(Y, new int[] {0, 1, 2, 3});
  private final ModelStructure structure = ModelStructure.of(session, model, all);
  private final ScorableGuide<Object> guide = Problems.meanField(structure, params);

  /** The objective for a guide and a number of particles. */
  public ObjectiveContract(BiFunction<ScorableGuide<Object>, Integer, Objective> build) {
    this.build = build;
  }

  /** All laws. */
  public void holds() {
    usesTheParticlesItIsGiven();
    lossIsAFiniteScalar();
    neverExceedsTheEvidence();
    isTheEvidenceAtTheExactPosterior();
    leavesTheExactPosteriorAlone();
    meanOverMinibatchesIsThatOfAllRows();
    session.close();
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

  private Tensor loss(Objective objective, Rows data, Seed noise) {
    Guide<Object> any = guide;
    Proposal proposal = any.propose(new ArenaInputs(), data, objective.particles(), noise);
    Scores scores = Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
    return objective.loss(scores, Tensor.number(objective.temperature(1_000_000)));
  }

  private double value(int particles, Rows data) {
    Objective objective = build.apply(guide, particles);
    return session.compute(arena -> loss(objective, data, Seed.of(21)).item());
  }

  private void usesTheParticlesItIsGiven() {
    assertThat(build.apply(guide, 13).particles()).isEqualTo(13);
  }

  private void lossIsAFiniteScalar() {
    session.compute(
        arena -> {
          Tensor loss = loss(build.apply(guide, 3), all, Seed.of(1));
          assertThat(loss.shape()).isEqualTo(Shape.scalar());
          assertThat(loss.item()).isFinite();
          return 0;
        });
  }

  private void neverExceedsTheEvidence() {
    // The start is far from the posterior: the gap is nats, the noise hundredths.
    assertThat(-value(20_000, all)).isLessThan(logEvidence());
  }

  private void isTheEvidenceAtTheExactPosterior() {
    double[] before = params.snapshot().values();
    setExactPosterior();
    assertThat(value(1, all)).isCloseTo(-logEvidence(), within(1e-10));
    assertThat(value(9, all)).isCloseTo(-logEvidence(), within(1e-10));
    System.arraycopy(before, 0, params.values(), 0, before.length);
  }

  private void leavesTheExactPosteriorAlone() {
    double[] before = params.snapshot().values();
    setExactPosterior();
    double[] gradient = new double[params.size()];
    Objective objective = build.apply(guide, 50_000);
    session.compute(
        arena -> Tape.gradient(params, gradient, () -> loss(objective, all, Seed.of(3))));
    for (int i = 0; i < gradient.length; i++) {
      // Scores of a normal have sd at most √2 in these parameters over the sd: 5 errors.
      assertThat(gradient[i]).isCloseTo(0, within(5 * 1.5 / Math.sqrt(50_000)));
    }
    System.arraycopy(before, 0, params.values(), 0, before.length);
  }

  private void setExactPosterior() {
    double precision = 1 / 9.0 + Y.length / 4.0;
    double sum = Arrays.stream(Y).sum();
    for (Param p : params.params()) {
      p.set(
          p.path().endsWith("shift")
              ? (1 / 9.0 + sum / 4) / precision - structure.start()[0]
              : -0.5 * Math.log(precision));
    }
  }

  private void meanOverMinibatchesIsThatOfAllRows() {
    double mean = 0;
    int pairs = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        // One particle: a bound that is concave in the weights keeps this law there only.
        mean += value(1, new Rows(new double[] {Y[i], Y[j]}, new int[] {i, j}));
        pairs++;
      }
    }
    assertThat(mean / pairs).isCloseTo(value(1, all), within(1e-10));
  }
}
