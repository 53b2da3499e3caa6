package io.flowsvi.flows.residual;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * An upper bound of a matrix's spectral norm, and matrices scaled to stay below a limit.
 *
 * <p>With G = WᵀW (or WWᵀ, whichever is smaller), σ ≤ (tr G^p)^{1/2p} ≤ n^{1/2p} σ, n the smaller
 * side: the Schatten norm of order 2p. G^p comes from squarings, each divided by its trace; with
 * the traces τ_j it is log σ ≤ ½ Σ_j 2^{−j} log τ_j. Here p = 64: for n = 64 at most 3.3 percent
 * above σ, and much nearer where a few singular values lead.
 *
 * <p>Power iteration, which the papers use, comes from below: after too few steps W is not scaled
 * enough and the inverse diverges. A bound from above cannot fail so, needs no vectors kept from
 * step to step, and is the same in training and after it. It costs five products of order n, which
 * is little beside a batch of more than n rows.
 */
final class SpectralBound {
  private static final int SQUARINGS = 5;

  /** Keeps a matrix of zeros from 0/0; representable in single precision. */
  private static final double SMALLEST_TRACE = 1e-30;

  private SpectralBound() {}

  /** W/max(1, σ/c): never beyond c in spectral norm, and W itself where it is below. */
  static Tensor limited(Tensor w, double c) {
    return w.over(of(w).over(c).maximum(1));
  }

  /** The bound for W {@code [m, n]}, a scalar. */
  static Tensor of(Tensor w) {
    boolean wide = w.shape().dim(0) <= w.shape().dim(1);
    Tensor trace = trace(w);
    Tensor power = (wide ? w.matmulTransposed(w) : w.transposedMatmul(w)).over(trace);
    Tensor sum = trace.log();
    double share = 1;
    for (int j = 1; j <= SQUARINGS; j++) {
      share /= 2;
      // The trace of a symmetric matrix's square is the sum of its squared entries.
      trace = trace(power);
      sum = sum.plus(trace.log().times(share));
      power = power.matmul(power).over(trace);
    }
    return sum.plus(trace(power).log().times(share / 2)).times(0.5).exp();
  }

  private static Tensor trace(Tensor root) {
    return root.square().sum().maximum(SMALLEST_TRACE);
  }
}
