package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * What a context adds to an affine map, each row its own: z to U Vᵀz + b.
 *
 * @param left U, {@code [..., out, K]}
 * @param right V, {@code [..., in, K]}
 * @param bias b, {@code [..., out]}
 */
record LowRank(Tensor left, Tensor right, Tensor bias) {
  /** For inputs g that stand for scale·g + offset, and a result that is taken times a rate. */
  LowRank folded(double scale, double offset, double rate) {
    Tensor moved =
        offset == 0
            ? bias
            : bias.plus(left.times(right.sum(-2).unsqueeze(-2)).sum(-1).times(offset));
    return new LowRank(left.times(scale * rate), right, moved.times(rate));
  }

  /** Times a gate {@code [out]}. */
  LowRank gated(Tensor open) {
    return new LowRank(left.times(open.unsqueeze(-1)), right, bias.times(open));
  }

  /** U Vᵀz + b of points {@code [..., in]}. */
  Tensor of(Tensor z) {
    return images(z.unsqueeze(-2)).squeeze(-2).plus(bias);
  }

  /** U Vᵀ of directions {@code [..., M, in]}. */
  Tensor images(Tensor directions) {
    return directions.matmul(right).matmulTransposed(left);
  }
}
