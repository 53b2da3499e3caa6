package io.flowsvi.flows.density;

import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.flows.optimize.Optimizer;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import java.util.Arrays;

/** Runs operation by operation; gradient and parameters are Java's. */
final class EagerDensityStep implements DensityStep {
  private final Session session;
  private final ParamStore params;
  private final EstimatedFlow flow;
  private final Optimizer optimizer;
  private final double[] gradient;

  EagerDensityStep(Session session, ParamStore params, EstimatedFlow flow, Optimizer optimizer) {
    this.session = session;
    this.params = params;
    this.flow = flow;
    this.optimizer = optimizer;
    this.gradient = new double[params.size()];
  }

  @Override
  public double loss(double[] rows, int n, Seed key, long batch) {
    Seed noise = key.fold(batch);
    Shape shape = Shape.of(n, rows.length / n);
    return session.compute(
        a ->
            Tape.gradient(params, gradient, () -> flow.score(a.tensor(rows, shape), noise).loss()));
  }

  @Override
  public double norm() {
    return Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
  }

  @Override
  public void move(Moments moments, double share, double rate) {
    if (share != 1) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= share;
      }
    }
    optimizer.update(moments, params.values(), gradient, params.trainable(), rate);
  }
}
