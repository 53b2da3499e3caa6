package io.flowsvi.flows.judge;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.guide.AutoGuide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Blend;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.Standardise;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import java.util.Optional;

/**
 * A flow trained by the path gradient in the standardised coordinates of the rung below.
 *
 * <p>The chain ends in a fixed affine map with the mean and covariance of the best approximation so
 * far; before it comes a flow that starts as the identity. So the flow begins where the rung below
 * ended and has scales and correlations near 1 to work with.
 *
 * @param name in tables
 * @param flow layers that start at, or near, the identity
 * @param most the most dimensions it is worth trying in
 * @param steps the most steps
 * @param rate of Adam
 */
record FlowRung(String name, FlowFamily flow, int least, int most, long steps, double rate)
    implements Rung {
  private static final int PARTICLES = 64;

  /** Share of the flow in what is drawn; the rest is the Student-t mixture below. */
  private static final double SHARE = 0.85;

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
    ModelStructure given = climb.structure();
    int dim = given.dim();
    ModelStructure structure =
        new ModelStructure(given.plates(), given.latents(), given.sites(), new double[dim]);
    ParamStore params = new ParamStore(climb.seed("params").fold(name));
    ParamScope scope = params.scope("guide");
    BijectiveChain chain = Chain.of(dim);
    for (var layer : flow.build(dim, scope.child("flow")).layers()) {
      chain = chain.then((BijectiveLayer) layer);
    }
    chain = chain.then(standardise(climb));
    Flow q = chain.pushforward(Constant.of(chain, scope));
    ScorableGuide<Object> guide = AutoGuide.of(structure, q);
    Svi<D> svi =
        new Svi<>(
            climb.session(),
            params,
            structure,
            climb.model(),
            guide,
            new PathGradientElbo(guide, PARTICLES),
            settings());
    svi.until(
            () -> {
              boolean spent = climb.spent();
              climb.density().addGradients(spent ? 0 : PARTICLES);
              return spent;
            })
        .run(climb.data());
    GuideCandidate trained = new GuideCandidate(climb.session(), structure, guide);
    return climb.defence().isPresent()
        ? new Blend(trained, climb.defence().orElseThrow(), SHARE)
        : trained;
  }

  private SviSettings settings() {
    return SviSettings.defaults()
        .withSteps(steps)
        .withLearningRate(rate)
        .withEvaluation(100, 500)
        .withConvergence(new Convergence(4, 0.01, steps / 4))
        .withCoolingSteps(steps / 4);
  }

  /** Mean and covariance of the posterior as the best weights have them, or the best draws. */
  private static Standardise standardise(Climb<?> climb) {
    Assessment a = climb.assessment();
    int d = climb.structure().dim();
    boolean weighted = a.ess() > 10.0 * d;
    int n = a.cloud().size();
    double[] x = a.cloud().points();
    double[] mean = new double[d];
    double[] w = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      boolean inside = a.logWeights()[i] > Double.NEGATIVE_INFINITY;
      w[i] = weighted ? Math.exp(a.smoothed()[i]) : inside ? 1 : 0;
      sum += w[i];
    }
    for (int i = 0; i < n; i++) {
      w[i] /= sum;
      for (int j = 0; j < d; j++) {
        mean[j] += w[i] * x[i * d + j];
      }
    }
    double[] covariance = new double[d * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d && w[i] > 0; j++) {
        double r = w[i] * (x[i * d + j] - mean[j]);
        for (int k = 0; k < d; k++) {
          covariance[j * d + k] += r * (x[i * d + k] - mean[k]);
        }
      }
    }
    StudentT normal = StudentT.of(mean, covariance, Double.POSITIVE_INFINITY);
    return new Standardise(normal.loc(), normal.lower());
  }
}
