package io.flowsvi.ppl.sequence;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
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
    Scaled product = product(entries(logTransition, logEmission, k, length));
    Tensor highest = finite(first.max(-1)).stopGradient();
    Tensor weights = first.minus(highest.unsqueeze(-1)).exp();
    Tensor sum = Tensor.number(0);
    for (int i = 0; i < k; i++) {
      Tensor row = product.matrix.get(i * k);
      for (int j = 1; j < k; j++) {
        row = row.plus(product.matrix.get(i * k + j));
      }
      sum = sum.plus(weights.at(-1, i).times(row.squeeze(-1)));
    }
    return sum.log().plus(highest).plus(product.logScale);
  }

  /**
   * Draws of the states given the emissions, {@code batch + [T]}: filtering forwards, sampling
   * backwards. Frühwirth-Schnatter (2006), algorithm 11.5.
   *
   * @param logInitial log π {@code [..., K]}
   * @param logTransition log A {@code [..., K, K]}
   * @param logEmission log e {@code [..., T, K]}
   */
  public static Tensor draw(
      Tensor logInitial, Tensor logTransition, Tensor logEmission, Seed seed, Shape batch) {
    int k = logEmission.shape().dim(-1);
    int length = logEmission.shape().dim(-2);
    double[] start = logInitial.expand(batch.append(k)).toDoubles();
    double[] move = logTransition.exp().expand(batch.append(k, k)).toDoubles();
    double[] emission = logEmission.expand(batch.append(length, k)).toDoubles();
    double[] draws = Arena.current().uniform(seed, batch.append(length)).toDoubles();
    double[] filtered = new double[length * k];
    double[] logs = new double[k];
    double[] back = new double[k];
    for (int row = 0; row < batch.size(); row++) {
      for (int t = 0; t < length; t++) {
        for (int j = 0; j < k; j++) {
          double before = 0;
          for (int i = 0; i < k && t > 0; i++) {
            before += filtered[(t - 1) * k + i] * move[(row * k + i) * k + j];
          }
          double log = t == 0 ? start[row * k + j] : Math.log(before);
          logs[j] = log + emission[(row * length + t) * k + j];
        }
        normalise(logs, filtered, t * k);
      }
      int after = -1;
      for (int t = length - 1; t >= 0; t--) {
        for (int i = 0; i < k; i++) {
          double next = after < 0 ? 1 : move[(row * k + i) * k + after];
          back[i] = filtered[t * k + i] * next;
        }
        after = chosen(back, draws[row * length + t]);
        draws[row * length + t] = after;
      }
    }
    return Arena.current().tensor(draws, batch.append(length));
  }

  /** Writes e^logs, scaled to sum to 1. */
  private static void normalise(double[] logs, double[] into, int at) {
    double highest = Arrays.stream(logs).max().orElse(0);
    double sum = 0;
    for (int j = 0; j < logs.length; j++) {
      into[at + j] = Math.exp(logs[j] - highest);
      sum += into[at + j];
    }
    for (int j = 0; j < logs.length; j++) {
      into[at + j] /= sum;
    }
  }

  private static int chosen(double[] weights, double u) {
    double target = u * Arrays.stream(weights).sum();
    int at = 0;
    for (double sum = weights[0]; sum < target && at < weights.length - 1; sum += weights[at]) {
      at++;
    }
    return at;
  }

  /**
   * log A_ij + log e_j(t) for t ≥ 2, element by element {@code [..., T − 1]}: time is the last
   * axis, so that every loop runs over neighbours.
   */
  private static List<Tensor> entries(Tensor logA, Tensor logE, int k, int length) {
    Tensor later = logE.slice(-2, 1, length);
    List<Tensor> entries = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        entries.add(later.at(-1, j).plus(logA.at(-1, j).at(-1, i).unsqueeze(-1)));
      }
    }
    return entries;
  }

  /** A matrix by its elements, each {@code [..., n]}, times e^logScale. */
  private record Scaled(List<Tensor> matrix, Tensor logScale) {}

  /** The matrix product along the last axis of matrices given by logarithms of their elements. */
  private static Scaled product(List<Tensor> logs) {
    int k = (int) Math.round(Math.sqrt(logs.size()));
    Tensor highest = finite(largest(logs)).stopGradient();
    List<Tensor> rest = logs.stream().map(e -> e.minus(highest).exp()).toList();
    Tensor logScale = highest.sum(-1);
    while (rest.get(0).shape().dim(-1) > 1) {
      int n = rest.get(0).shape().dim(-1);
      int even = n - n % 2;
      List<Tensor> left = rest.stream().map(e -> every(e, 0, even)).toList();
      List<Tensor> right = rest.stream().map(e -> every(e, 1, even)).toList();
      List<Tensor> pairs = times(left, right, k);
      Tensor size = largest(pairs).stopGradient();
      Tensor scale = size.plus(size.equalTo(0));
      Tensor inverse = scale.reciprocal();
      logScale = logScale.plus(scale.log().sum(-1));
      List<Tensor> next = new ArrayList<>();
      for (int i = 0; i < pairs.size(); i++) {
        Tensor scaled = pairs.get(i).times(inverse);
        Tensor last = rest.get(i);
        next.add(even == n ? scaled : Tensor.concat(List.of(scaled, last.slice(-1, even, n)), -1));
      }
      rest = next;
    }
    return new Scaled(rest, logScale);
  }

  private static List<Tensor> times(List<Tensor> left, List<Tensor> right, int k) {
    List<Tensor> product = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        Tensor sum = left.get(i * k).times(right.get(j));
        for (int m = 1; m < k; m++) {
          sum = sum.plus(left.get(i * k + m).times(right.get(m * k + j)));
        }
        product.add(sum);
      }
    }
    return product;
  }

  private static Tensor largest(List<Tensor> entries) {
    Tensor largest = entries.get(0);
    for (Tensor entry : entries) {
      largest = largest.maximum(entry);
    }
    return largest;
  }

  /** Where nothing is possible the largest logarithm is −∞: 0 serves as well and stays a number. */
  private static Tensor finite(Tensor highest) {
    return highest.lessThan(-1e300).select(Tensor.number(0), highest);
  }

  /** Of the first {@code even} elements every second, from the first or the second. */
  private static Tensor every(Tensor entry, int offset, int even) {
    Shape head = entry.shape().leading(entry.shape().rank() - 1);
    return entry.slice(-1, 0, even).reshape(head.append(even / 2, 2)).at(-1, offset);
  }
}
