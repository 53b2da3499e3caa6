package io.flowsvi.flows;

import io.flowsvi.flows.guide.AutoGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Generated;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Models and guides that several tests fit. */
public final class Problems {
  public static final Latent MU = new Latent("mu");
  public static final Latent TAU = new Latent("tau");
  public static final Latent ETA = new Latent("eta");
  public static final Derived THETA = new Derived("theta");
  public static final Observed Y = new Observed("y");
  public static final Generated NEW_SCHOOL = new Generated("new_school");

  private Problems() {}

  /** Rubin (1981), as in posteriordb. */
  public record Schools(double[] y, double[] sigma) {
    public static Schools eight() {
      return new Schools(
          new double[] {28, 8, -3, 7, -1, 1, 18, 12}, new double[] {15, 10, 16, 11, 9, 11, 10, 18});
    }
  }

  public static Model<Schools> eightSchools() {
    return (ctx, d) -> {
      Tensor mu = ctx.sample(MU, Normal.of(0, 5));
      Tensor tau = ctx.sample(TAU, HalfCauchy.of(5));
      int n = d.y().length;
      ctx.plate(
          Plate.of("school", n),
          () -> {
            Tensor theta = ctx.derive(THETA, mu.plus(tau.times(ctx.sample(ETA, Normal.of(0, 1)))));
            ctx.observe(
                Y,
                Normal.of(theta, ctx.data(d.sigma(), Shape.of(n))),
                ctx.data(d.y(), Shape.of(n)));
          });
      ctx.generated(() -> ctx.sample(NEW_SCHOOL, Normal.of(mu, tau)));
    };
  }

  /** y_i ~ N(mu, 2²), mu ~ N(1, 3²): evidence and posterior in closed form. */
  public static Model<double[]> normalMean() {
    return (ctx, y) -> {
      Tensor mu = ctx.sample(MU, Normal.of(1, 3));
      ctx.plate(
          Plate.of("row", y.length),
          () -> ctx.observe(Y, Normal.of(mu, 2), ctx.data(y, Shape.of(y.length))));
    };
  }

  public static ScorableGuide<Object> meanField(ModelStructure structure, ParamStore params) {
    BijectiveChain chain = Chain.of(structure.dim()).then(new ShiftScale(structure.dim(), 0.3));
    return flow(structure, params, chain);
  }

  public static ScorableGuide<Object> fullRank(ModelStructure structure, ParamStore params) {
    BijectiveChain chain =
        Chain.of(structure.dim()).then(new LowerTriangular(structure.dim(), 0.3));
    return flow(structure, params, chain);
  }

  /** The cheap one, which cannot score. */
  public static Guide<Object> iaf(ModelStructure structure, ParamStore params, int hidden) {
    int d = structure.dim();
    ParamScope scope = params.scope("guide");
    Chain chain =
        Chain.of(d)
            .then(new ShiftScale(d, 0.3))
            .then(new MaskedAffine(d, hidden, scope.child("made0")))
            .then(new Reverse(d))
            .then(new MaskedAffine(d, hidden, scope.child("made1")));
    return AutoGuide.of(structure, chain.pushforward(Constant.of(chain, scope)));
  }

  /** The same with its inverse: D passes. */
  public static ScorableGuide<Object> scorableIaf(
      ModelStructure structure, ParamStore params, int hidden) {
    int d = structure.dim();
    ParamScope scope = params.scope("guide");
    BijectiveChain chain =
        Chain.of(d)
            .then(new ShiftScale(d, 0.3))
            .then(new MaskedAffine(d, hidden, scope.child("made0")).withSequentialInverse())
            .then(new Reverse(d))
            .then(new MaskedAffine(d, hidden, scope.child("made1")).withSequentialInverse());
    return AutoGuide.of(structure, chain.pushforward(Constant.of(chain, scope)));
  }

  public static ScorableGuide<Object> flow(
      ModelStructure structure, ParamStore params, BijectiveChain chain) {
    if (chain.isAffine()) {
      return AutoGuide.of(structure, chain.normal(Constant.of(chain, params.scope("guide"))));
    }
    return AutoGuide.of(structure, chain.pushforward(Constant.of(chain, params.scope("guide"))));
  }

  public static ParamStore params(Session session) {
    return new ParamStore(session.seed().fold("params"));
  }
}
