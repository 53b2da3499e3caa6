package io.flowsvi.flows.train;

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

  // What the last update started from: a step that is not finite takes it back.
  double[] lastValues = {};
  double[] lastGradient = {};
  double lastRate;
  Moments lastMoments;

  FitState(int size) {
    moments = new Moments(size);
    lastMoments = new Moments(size);
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
    lastValues = other.lastValues.clone();
    lastGradient = other.lastGradient.clone();
    lastRate = other.lastRate;
    lastMoments = other.lastMoments.copy();
  }
}
