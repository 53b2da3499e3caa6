package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A distribution with a closed-form Kullback–Leibler divergence to another of its kind.
 *
 * @param <T> the kind
 */
public interface HasKl<T extends Distribution> extends Distribution {
  /** KL(this ‖ other), element by element. */
  Tensor kl(T other);
}
