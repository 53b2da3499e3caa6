package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * Something that still needs a context: encoder, decoder, amortised flow.
 *
 * @param <T> what it becomes
 */
@FunctionalInterface
public interface Conditional<T> {
  /** The thing for a context {@code [..., F]}. */
  T given(Tensor context);
}
