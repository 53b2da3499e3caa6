package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A flow in training, whose log density is known up to noise of mean 0: what maximum likelihood
 * takes.
 *
 * <p>On purpose neither a density nor a sampler: what scores, draws or weighs (models, guides,
 * PSIS, IWAE) needs {@link #exact}, and the compiler says so.
 */
public interface EstimatedFlow {
  /** The same flow with its exact log density, of the same parameters. */
  Flow exact();

  /** The log density of {@code [batch + event]} up to the noise of this key, and penalties. */
  Score score(Tensor value, Seed noise);

  /** What its layers' solvers did since this was last asked, in words; empty if none has any. */
  default String effort() {
    return "";
  }

  /** What its layers' solvers keep between training steps, for checkpoints; often nothing. */
  default List<Integer> pace() {
    return List.of();
  }

  /** Goes on from a {@link #pace}. */
  default void resume(List<Integer> pace) {}

  /** The shape of one value. */
  default Shape eventShape() {
    return exact().eventShape();
  }

  /** A flow that needs no estimate. */
  static EstimatedFlow of(Flow flow) {
    return new EstimatedFlow() {
      @Override
      public Flow exact() {
        return flow;
      }

      @Override
      public Score score(Tensor value, Seed noise) {
        return new Score(flow.logProb(value), Tensor.number(0));
      }
    };
  }

  /**
   * What a training step sees of some values.
   *
   * @param logProb an unbiased estimate of the log density, {@code [batch]}
   * @param penalty what the layers add to the loss, {@code [batch]} or a number
   */
  record Score(Tensor logProb, Tensor penalty) {
    /** The loss of a maximum-likelihood step: the mean of −log p and of the penalty. */
    public Tensor loss() {
      return penalty.isNumber()
          ? logProb.mean().negate().plus(penalty)
          : penalty.minus(logProb).mean();
    }
  }
}
