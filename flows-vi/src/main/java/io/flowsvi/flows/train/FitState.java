package io.flowsvi.flows.train;

import io.flowsvi.flows.optimize.Moments;
import java.util.ArrayList;
import java.util.List;

/** Everything a fit remembers between two steps, beside the parameters in their store. */
final class FitState {
  long step;
  Moments moments;
  double rateFactor = 1;
  long finiteSteps;
  long coolFrom = -1;
  boolean converged;
  final List<Evaluation> evaluations = new ArrayList<>();
  double bestElbo = Double.NEGATIVE_INFINITY;
  long bestStep = -1;
  double[] best = {};
  LossTrace trace = new LossTrace();

  // The mean of iterates; empty until the first one enters.
  double[] average = {};
  long averaged;

  // A step that is not finite takes the last move back, if there was one, and makes a smaller one.
  boolean moved;
  double lastRate;

  FitState(int size) {
    moments = new Moments(size);
  }

  FitState copy() {
    FitState copy = new FitState(moments.first().length);
    copy.set(this);
    return copy;
  }

  void set(FitState other) {
    step = other.step;
    moments = other.moments.copy();
    rateFactor = other.rateFactor;
    finiteSteps = other.finiteSteps;
    coolFrom = other.coolFrom;
    converged = other.converged;
    evaluations.clear();
    evaluations.addAll(other.evaluations);
    bestElbo = other.bestElbo;
    bestStep = other.bestStep;
    best = other.best.clone();
    trace = other.trace.copy();
    average = other.average.clone();
    averaged = other.averaged;
    moved = other.moved;
    lastRate = other.lastRate;
  }
}
