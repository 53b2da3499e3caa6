package io.flowsvi.flows.train;

import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Snapshot;
import java.util.List;

/**
 * What a fit ended with: the best parameters it saw, how it got there, and the posterior they make.
 *
 * @param <D> the model's data
 */
public final class Fit<D> {
  private final Target<D> target;
  private final D data;
  private final Status status;
  private final Execution execution;
  private final FitState state;
  private final Snapshot best;

  Fit(Target<D> target, D data, Status status, Execution execution, FitState state, Snapshot best) {
    this.target = target;
    this.data = data;
    this.status = status;
    this.execution = execution;
    this.state = state;
    this.best = best;
  }

  /** The posterior of the data that were fitted; of a fit in batches, of the first batch. */
  public Posterior<D> posterior() {
    return posterior(data);
  }

  /** The posterior given other data of the same model: all rows after a fit in batches. */
  public Posterior<D> posterior(D other) {
    return new Posterior<>(target, best.values(), other);
  }

  /**
   * Whether to trust the draws of the posterior, from how the fit ended and from the importance
   * weights and the bound of n draws each: trusted, corrected (they can be used once they are
   * resampled by their weights) or untrusted, with the reason and what to try next. Nothing is
   * resampled here: {@link io.flowsvi.flows.diagnose.PsisReport#resample} does.
   */
  public Judgement judgement(int n) {
    Posterior<D> posterior = posterior();
    return FamilyVerdict.of("the guide", posterior.psis(n), posterior.elbo(n), status);
  }

  /** How it ended. */
  public Status status() {
    return status;
  }

  /** How its steps were executed. */
  public Execution execution() {
    return execution;
  }

  /** How many steps were made. */
  public long steps() {
    return state.step;
  }

  /** The step after which the best parameters were evaluated. */
  public long bestStep() {
    return state.bestStep;
  }

  /** The best parameters by ELBO on draws that training never saw. */
  public Snapshot parameters() {
    return best;
  }

  /**
   * The ELBO along the fit, all on the same draws. The largest is favoured by chance: report {@link
   * Posterior#elbo} instead, which uses new ones.
   */
  public List<Evaluation> evaluations() {
    return List.copyOf(state.evaluations);
  }

  /** The bound that each step estimated. */
  public LossTrace trace() {
    return state.trace;
  }

  /** The structure of the model that was fitted. */
  public ModelStructure structure() {
    return target.structure();
  }
}
