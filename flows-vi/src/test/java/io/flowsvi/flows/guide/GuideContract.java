package io.flowsvi.flows.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What every guide must keep: a guide that passes can be fitted by any objective its type admits.
 *
 * @param <D> the model's data
 */
public final class GuideContract<D> {
  private static final Seed NOISE = Seed.of(99).fold("guide contract");
  private final Session session;
  private final ParamStore params;
  private final Model<D> model;
  private final D data;
  private final Guide<? super D> guide;

  public GuideContract(
      Session session, ParamStore params, Model<D> model, D data, Guide<? super D> guide) {
    this.session = session;
    this.params = params;
    this.model = model;
    this.data = data;
    this.guide = guide;
  }

  /** All laws that need no scoring. */
  public void holds() {
    proposesEveryLatentInItsShape();
    sameSeedGivesTheSameProposal();
    moreParticlesLeaveTheFirstAlone();
    modelCanScoreWhatIsProposed();
    everyParameterGetsAGradient();
  }

  private ModelStructure structure() {
    return ModelStructure.of(session, model, data);
  }

  private Proposal propose(int particles) {
    return guide.propose(new ArenaInputs(), data, particles, NOISE);
  }

  public void proposesEveryLatentInItsShape() {
    ModelStructure structure = structure();
    session.compute(
        arena -> {
          Map<Latent, Tensor> reals = propose(3).values().reals();
          assertThat(reals.keySet())
              .containsExactlyInAnyOrderElementsOf(
                  structure.latents().stream().map(LatentInfo::site).toList());
          for (LatentInfo info : structure.latents()) {
            int[] dims = reals.get(info.site()).shape().dims();
            assertThat(dims[0]).isEqualTo(3);
            assertThat(Arrays.copyOfRange(dims, 1, dims.length))
                .isEqualTo(info.plateShape().append(info.real()).dims());
          }
          return 0;
        });
  }

  public void sameSeedGivesTheSameProposal() {
    assertThat(numbers(4).toArray(double[][]::new))
        .isDeepEqualTo(numbers(4).toArray(double[][]::new));
  }

  public void moreParticlesLeaveTheFirstAlone() {
    List<double[]> few = numbers(2);
    List<double[]> many = numbers(5);
    for (int i = 0; i < few.size(); i++) {
      assertThat(Arrays.copyOf(many.get(i), few.get(i).length))
          .usingComparatorWithPrecision(1e-12)
          .containsExactly(few.get(i));
    }
  }

  private List<double[]> numbers(int particles) {
    return session.compute(
        arena -> {
          Proposal proposal = propose(particles);
          List<double[]> all =
              new java.util.ArrayList<>(
                  proposal.values().reals().values().stream().map(Tensor::toDoubles).toList());
          proposal.logQ().forEach(t -> all.add(t.logDensity().toDoubles()));
          return all;
        });
  }

  public void modelCanScoreWhatIsProposed() {
    ModelStructure structure = structure();
    double[] weights =
        session.compute(
            arena -> {
              Proposal proposal = propose(4);
              Scores scores =
                  Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
              assertThat(scores.terms()).anyMatch(t -> t.kind() == Term.Kind.GUIDE);
              return scores.logWeights().toDoubles();
            });
    assertThat(Arrays.stream(weights).allMatch(Double::isFinite)).isTrue();
  }

  /** By the proposals of a step, which an objective may arrange otherwise. */
  public void everyParameterGetsAGradient() {
    ModelStructure structure = structure();
    double[] gradient = new double[params.size()];
    session.compute(
        arena ->
            Tape.gradient(
                params,
                gradient,
                () -> {
                  Proposal proposal =
                      ObjectiveFamily.standard()
                          .build(guide, 4)
                          .<D>proposing(guide)
                          .propose(new ArenaInputs(), data, 4, NOISE);
                  Scores scores =
                      Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
                  return scores.logWeights().sum();
                }));
    boolean[] trained = params.trainable();
    params.params().stream()
        .filter(p -> trained[p.offset()])
        .forEach(
            p ->
                assertThat(
                        Arrays.stream(gradient, p.offset(), p.offset() + p.shape().size())
                            .anyMatch(g -> g != 0))
                    .as("gradient of " + p.path())
                    .isTrue());
  }

  /** The further laws of a guide that scores. */
  public void scores(ScorableGuide<? super D> scorable) {
    session.compute(
        arena -> {
          Proposal proposal = scorable.propose(new ArenaInputs(), data, 4, NOISE);
          double[] own = Terms.sum(proposal.logQ()).toDoubles();
          double[] path = Terms.sum(proposal.pathLogQ().get()).toDoubles();
          double[] scored =
              Terms.sum(scorable.logProb(new ArenaInputs(), data, proposal.values())).toDoubles();
          for (int i = 0; i < own.length; i++) {
            assertThat(path[i]).isCloseTo(own[i], within(1e-8));
            assertThat(scored[i]).isCloseTo(own[i], within(1e-8));
          }
          return 0;
        });
  }
}
