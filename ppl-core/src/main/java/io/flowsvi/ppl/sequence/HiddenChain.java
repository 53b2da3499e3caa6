package io.flowsvi.ppl.sequence;

import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The likelihood of a hidden Markov chain with K states, the states summed out.
 *
 * <p>log Σ_{z} π(z_1) e_1(z_1) Π_{t≥2} A(z_{t−1}, z_t) e_t(z_t): the forward algorithm. The product
 * of matrices A·diag(e_t) is associative, so it is taken pairwise: log₂ T rounds of few large
 * operations instead of T small ones, at K times the arithmetic. Särkkä and García-Fernández
 * (2021), section III.
 */
public final class HiddenChain {
  private HiddenChain() {}

  /**
   * The log likelihood {@code [...]}.
   *
   * @param logInitial log π {@code [..., K]}
   * @param logTransition log A {@code [..., K, K]}, row: from, column: to
   * @param logEmission log e {@code [..., T, K]}
   */
  public static Tensor logLikelihood(Tensor logInitial, Tensor logTransition, Tensor logEmission) {
    int k = logEmission.shape().dim(-1);
    int length = logEmission.shape().dim(-2);
    if (logTransition.shape().rank() < 2
        || logTransition.shape().dim(-1) != k
        || logTransition.shape().dim(-2) != k) {
      throw new ShapeException(
          "HiddenChain: emissions are "
              + logEmission.shape()
              + ", so transitions must be [..., "
              + k
              + ", "
              + k
              + "], got "
              + logTransition.shape()
              + ".");
    }
    Tensor first = logInitial.plus(logEmission.at(-2, 0));
    if (length == 1) {
      return first.logSumExp(-1);
    }
    Tensor later = logEmission.slice(-2, 1, length).unsqueeze(logEmission.shape().rank() - 1);
    Tensor product = product(logTransition.unsqueeze(logTransition.shape().rank() - 2).plus(later));
    return first.unsqueeze(-1).plus(product).logSumExp(-1, -2);
  }

  /** The log of the matrix product along axis −3. */
  private static Tensor product(Tensor factors) {
    Tensor rest = factors;
    while (rest.shape().dim(-3) > 1) {
      int n = rest.shape().dim(-3);
      int even = n - n % 2;
      Tensor pairs = join(every(rest, 0, even), every(rest, 1, even));
      rest = even == n ? pairs : Tensor.concat(List.of(pairs, rest.slice(-3, even, n)), -3);
    }
    return rest.squeeze(-3);
  }

  /** Of the first {@code even} matrices every second, from the first or the second. */
  private static Tensor every(Tensor factors, int offset, int even) {
    int rank = factors.shape().rank();
    Tensor head = factors.slice(-3, 0, even);
    return head.reshape(
            factors
                .shape()
                .leading(rank - 3)
                .append(even / 2)
                .append(2)
                .append(factors.shape().slice(rank - 2, rank)))
        .at(-3, offset);
  }

  /** log Σ_k exp(left[i, k] + right[k, j]). */
  private static Tensor join(Tensor left, Tensor right) {
    Tensor terms = left.unsqueeze(-1).plus(right.unsqueeze(right.shape().rank() - 2));
    return terms.logSumExp(-2);
  }
}
