package io.flowsvi.flows.family;

import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.ode.AdaptiveSteps;
import io.flowsvi.flows.ode.Continuous;
import io.flowsvi.flows.ode.Divergence;
import io.flowsvi.flows.ode.FieldNet;
import io.flowsvi.flows.ode.FieldSettings;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.Penalty;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamScope;

/**
 * Continuous flows as densities: one field from data to noise, then a scale and shift.
 *
 * <p>Training takes quick steps with the penalties of RNODE, which keep the field so smooth that
 * quick steps suffice; scores and draws take the exact trace and steps to a tolerance, so that a
 * field which outgrew the quick steps shows in the validation score. Two hidden layers make the
 * exact trace one product a row, whatever the dimension.
 *
 * @param hidden units in each of two layers
 * @param training the quick solver
 * @param divergence of training
 * @param penalty of training
 * @param scoring the solver of scores and draws
 */
public record ContinuousFamily(
    int hidden, Solver training, Divergence divergence, Penalty penalty, Solver scoring)
    implements PriorFamily {
  /**
   * Over D: how steep units start. In the plane they bend all over the data, from 16 D on softly.
   */
  private static final double SPREAD = 16;

  /**
   * 128 units, five RK4 steps, exact trace, weak penalties; scores to 1e-6.
   *
   * <p>On a checkerboard, where flat and steep lie side by side, 360 steps of 1,000 rows left gaps
   * of 0.21 nats with 64 units at a rate of 0.01, 0.15 at 0.03, and 0.12 with 128 units at 0.02:
   * wide fields bear high rates. Fewer steps of the solver do not pay: what it gets wrong, training
   * finds out and uses (four layers of one step each reached -0.6 nats in training and 9.0 in
   * truth).
   */
  public static ContinuousFamily standard() {
    return new ContinuousFamily(
        128,
        FixedSteps.of(ButcherTableau.RK4, 5),
        Divergence.exact(),
        new Penalty(1e-3, 0),
        AdaptiveSteps.of(1e-6));
  }

  /** With another quick solver. */
  public ContinuousFamily withTraining(Solver other) {
    return new ContinuousFamily(hidden, other, divergence, penalty, scoring);
  }

  /** Wide fields bear high rates, and need them: see {@link #standard}. */
  @Override
  public double learningRate() {
    return 2e-2;
  }

  @Override
  public Flow build(int dim, ParamScope scope) {
    return trained(dim, scope).exact();
  }

  @Override
  public EstimatedFlow trained(int dim, ParamScope scope) {
    // In many dimensions steep units see nothing but the sum of many coordinates' noise.
    double spread = Math.max(1, SPREAD / Math.max(2, dim));
    FieldSettings field =
        FieldSettings.of(dim, hidden, hidden)
            .withTime(FieldSettings.Time.SQUASH)
            .withSpread(spread);
    Continuous layer = new Continuous(FieldNet.of(field, scope.child("field")), scoring);
    EstimatedChain chain =
        EstimatedChain.of(dim)
            .then(layer.trained(divergence, penalty, training))
            .then(new ShiftScale(dim, 1));
    return chain.pullback(Constant.of(chain.exact(), scope.child("chain")));
  }
}
