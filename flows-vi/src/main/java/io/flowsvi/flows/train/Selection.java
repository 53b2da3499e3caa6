package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.Optional;

/**
 * Which parameters of a fit are kept: those with the best ELBO on draws that training never saw.
 *
 * @param <D> a batch
 */
final class Selection<D> {
  /** An ELBO over minibatches is estimated on so many of them. */
  private static final int EVALUATION_BATCHES = 8;

  /** The last choice between best and last parameters uses so many times an evaluation's draws. */
  private static final int SELECTION_FACTOR = 10;

  private final Session session;
  private final SviSettings settings;
  private final FitState state;
  private Optional<Batches<D>> heldOut = Optional.empty();

  Selection(Session session, SviSettings settings, FitState state) {
    this.session = session;
    this.settings = settings;
    this.state = state;
  }

  /** Evaluates on these batches instead of those of training. */
  void holdOut(Batches<D> other) {
    heldOut = Optional.of(other);
  }

  /**
   * Estimates the ELBO of these parameters, and keeps them if it is the best so far; notes whether
   * the fit has converged by now.
   */
  Evaluation evaluate(Target<D> target, Batches<D> batches, double[] now) {
    Estimate elbo =
        target.with(now, () -> estimate(target, batches, "evaluation", settings.evaluationDraws()));
    Evaluation evaluation = new Evaluation(state.step, elbo.value(), elbo.standardError());
    state.evaluations.add(evaluation);
    if (Double.isFinite(elbo.value()) && elbo.value() > state.bestElbo) {
      state.bestElbo = elbo.value();
      state.bestStep = state.step;
      state.best = now;
    }
    if (state.coolFrom < 0 && settings.convergence().reached(state.evaluations)) {
      state.converged = true;
    }
    return evaluation;
  }

  /** The ELBO of the live parameters; the same draws for the same purpose. */
  private Estimate estimate(Target<D> target, Batches<D> training, String purpose, int draws) {
    Batches<D> batches = heldOut.orElse(training);
    int count =
        heldOut.isPresent() ? batches.perEpoch() : Math.min(EVALUATION_BATCHES, batches.perEpoch());
    int each = Math.max(2, draws / count);
    double elbo = 0;
    double variance = 0;
    for (int b = 0; b < count; b++) {
      Seed key = session.seed().fold(purpose).fold(b);
      Estimate one = Estimate.mean(target.logWeights(batches.batch(b), each, key));
      elbo += one.value() / count;
      variance += Math.pow(one.standardError() / count, 2);
    }
    return new Estimate(elbo, Math.sqrt(variance));
  }

  /**
   * The best of the evaluations was chosen by draws it may owe its place to. More, new draws decide
   * between it and the last, cooled parameters.
   */
  void choose(Target<D> target, Batches<D> batches, double[] now) {
    if (state.bestStep < 0 || state.bestStep == state.step) {
      return;
    }
    int draws = SELECTION_FACTOR * settings.evaluationDraws();
    double last = target.with(now, () -> estimate(target, batches, "selection", draws)).value();
    double best =
        target.with(state.best, () -> estimate(target, batches, "selection", draws)).value();
    if (last >= best) {
      state.bestStep = state.step;
      state.best = now;
    }
  }
}
