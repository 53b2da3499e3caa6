package io.flowsvi.flows.image;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Convolutions whose kernels may be amortised: one for each row of a batch. */
final class Filters {
  private Filters() {}

  /**
   * x {@code [..., C, H, W]} with a kernel {@code [O, C, h, w]} or {@code [batch, O, C, h, w]}, at
   * every place inside: {@code [..., O, H − h + 1, W − w + 1]}.
   */
  static Tensor inside(Tensor x, Tensor kernel) {
    Shape k = kernel.shape();
    if (k.rank() == 4) {
      return x.convolve(kernel, 1, 0);
    }
    int rows = x.shape().dim(-2) - k.dim(-2) + 1;
    int columns = x.shape().dim(-1) - k.dim(-1) + 1;
    Tensor sum = Tensor.number(0);
    // One product of matrices for each tap of the kernel.
    for (int a = 0; a < k.dim(-2); a++) {
      for (int b = 0; b < k.dim(-1); b++) {
        Tensor shifted = x.slice(-2, a, a + rows).slice(-1, b, b + columns);
        Tensor flat = shifted.reshape(x.shape().leading(-2).append(rows * columns));
        sum = sum.plus(kernel.at(-1, b).at(-1, a).matmul(flat));
      }
    }
    return sum.reshape(sum.shape().leading(-1).append(rows, columns));
  }
}
