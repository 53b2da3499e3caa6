package io.flowsvi.flows.judge;

import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.importance.Blend;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.tensor.ParamStore;
import java.util.Optional;

/**
 * A guide trained in the standardised coordinates of the rung below, by the path gradient where it
 * scores.
 *
 * <p>Behind it comes a fixed affine map with the mean and covariance of the best approximation so
 * far: the guide begins where the rung below ended and has scales and correlations near 1 to work
 * with. A guide whose own correlations, or lack of them, are its point gets the scales alone.
 *
 * @param name in tables
 * @param family of the guide
 * @param standard what it is standardised by
 * @param least the fewest dimensions it is worth trying in
 * @param most the most
 * @param steps the most steps
 * @param rate of Adam
 */
record FlowRung(
    String name,
    GuideFamily family,
    Standard standard,
    int least,
    int most,
    long steps,
    double rate)
    implements Rung {
  private static final int PARTICLES = 64;

  /** Share of the flow in what is drawn; the rest is the Student-t mixture below. */
  private static final double SHARE = 0.85;

  /** What the coordinates of a guide are standardised by. */
  enum Standard {
    /** Mean and covariance. */
    COVARIANCE,
    /** Mean and the scale that each coordinate has given the others. */
    SCALES
  }

  @Override
  public Optional<String> skip(Climb<?> climb) {
    int dim = climb.structure().dim();
    if (dim < least) {
      return Optional.of("fewer than " + least + " dimensions");
    }
    return dim > most ? Optional.of("more than " + most + " dimensions") : Optional.empty();
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    return trained(climb);
  }

  private <D> Candidate trained(Climb<D> climb) {
    Standardised full = Standardised.of(climb);
    Standardised scaled = standard == Standard.SCALES ? full.diagonal() : full;
    ParamStore params = new ParamStore(climb.seed("params").fold(name));
    Guide<Object> inner = family.build(scaled.structure(), params.scope("guide"));
    Guide<Object> guide = scaled.from(climb, inner).guide(inner);
    Objective objective = ObjectiveFamily.standard().build(guide, PARTICLES);
    new Svi<>(
            climb.session(),
            params,
            scaled.structure(),
            climb.model(),
            guide,
            objective,
            settings())
        .until(
            () -> {
              boolean spent = climb.spent();
              climb.density().addGradients(spent ? 0 : PARTICLES);
              return spent;
            })
        .run(climb.data());
    GuideCandidate trained =
        new GuideCandidate(Queries.of(climb.session(), params), scaled.structure(), guide);
    if (!(guide instanceof ScorableGuide<Object> scorable)) {
      return trained;
    }
    ScorableCandidate own = new ScorableCandidate(trained, scorable);
    return climb.defence().isPresent() ? new Blend(own, climb.defence().orElseThrow(), SHARE) : own;
  }

  private SviSettings settings() {
    return SviSettings.defaults()
        .withSteps(steps)
        .withLearningRate(rate)
        .withEvaluation(100, 500)
        .withConvergence(new Convergence(4, 0.01, steps / 4))
        .withCoolingSteps(steps / 4);
  }
}
