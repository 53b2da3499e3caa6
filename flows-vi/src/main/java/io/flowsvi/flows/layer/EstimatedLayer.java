package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * A layer in training, where a random estimate stands for its log-determinant, statistics of the
 * batch stand for those of the data, or a penalty is added to the loss; {@link #exact} is the same
 * map with the exact log-determinant.
 *
 * <p>On purpose no {@link Layer}: an estimate is unbiased in log p and in the ELBO only; inside
 * every non-linear use (importance weights, PSIS, IWAE, a mean of densities) it is biased. So it
 * fits into an {@link EstimatedChain} and nowhere else, and whatever scores takes {@link #exact}.
 */
public interface EstimatedLayer {
  /** The same map, of the same numbers, with the exact log-determinant. */
  BijectiveLayer exact();

  /** x is {@code [..., D]}; all randomness of the estimate is of this key. */
  Estimated forward(Values values, Tensor x, Seed noise);

  /** What its solvers did since this was last asked, in words; empty where nothing iterates. */
  default String effort() {
    return "";
  }

  /** What its solvers keep between training steps, for checkpoints; often nothing. */
  default List<Integer> pace() {
    return List.of();
  }

  /** Goes on from a {@link #pace}. */
  default void resume(List<Integer> pace) {}

  /** An exact layer among estimated ones: no noise, no penalty. */
  static EstimatedLayer of(BijectiveLayer layer) {
    return new EstimatedLayer() {
      @Override
      public BijectiveLayer exact() {
        return layer;
      }

      @Override
      public Estimated forward(Values values, Tensor x, Seed noise) {
        Mapped mapped = layer.bind(values).forward(x);
        return new Estimated(mapped.value(), mapped.logDet(), Tensor.number(0));
      }
    };
  }
}
