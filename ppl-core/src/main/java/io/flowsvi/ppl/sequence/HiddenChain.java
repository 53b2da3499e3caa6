package io.flowsvi.ppl.sequence;

import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The likelihood of a hidden Markov chain with K states, the states summed out.
 *
 * <p>Computed with probabilities that are rescaled in every round, so that nothing underflows. log
 * Σ_{z} π(z_1) e_1(z_1) Π_{t≥2} A(z_{t−1}, z_t) e_t(z_t): the forward algorithm. The product of
 * matrices A·diag(e_t) is associative, so it is taken pairwise: log₂ T rounds of few large
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
    Scaled product = product(logTransition.unsqueeze(logTransition.shape().rank() - 2).plus(later));
    Tensor highest = finite(first.max(-1)).stopGradient();
    Tensor weights = first.minus(highest.unsqueeze(-1)).exp();
    Tensor sum = weights.times(product.matrix.sum(-1)).sum(-1);
    return sum.log().plus(highest).plus(product.logScale);
  }

  /** matrix · e^logScale, the largest element of the matrix near 1. */
  private record Scaled(Tensor matrix, Tensor logScale) {}

  /** The matrix product along axis −3 of matrices given by their logarithms. */
  private static Scaled product(Tensor logs) {
    Tensor highest = finite(logs.max(-1, -2)).stopGradient();
    Tensor rest = logs.minus(highest.unsqueeze(-1).unsqueeze(-1)).exp();
    Tensor logScale = highest.sum(-1);
    while (rest.shape().dim(-3) > 1) {
      int n = rest.shape().dim(-3);
      int even = n - n % 2;
      Tensor pairs = join(every(rest, 0, even), every(rest, 1, even));
      Tensor size = pairs.max(-1, -2).stopGradient();
      Tensor scale = size.plus(size.equalTo(0));
      pairs = pairs.over(scale.unsqueeze(-1).unsqueeze(-1));
      logScale = logScale.plus(scale.log().sum(-1));
      rest = even == n ? pairs : Tensor.concat(List.of(pairs, rest.slice(-3, even, n)), -3);
    }
    return new Scaled(rest.squeeze(-3), logScale);
  }

  /** Where nothing is possible the largest logarithm is −∞: 0 serves as well and stays a number. */
  private static Tensor finite(Tensor highest) {
    return highest.lessThan(-1e300).select(Tensor.number(0), highest);
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

  /** Σ_k left[i, k] right[k, j]. */
  private static Tensor join(Tensor left, Tensor right) {
    return left.unsqueeze(-1).times(right.unsqueeze(right.shape().rank() - 2)).sum(-2);
  }
}
