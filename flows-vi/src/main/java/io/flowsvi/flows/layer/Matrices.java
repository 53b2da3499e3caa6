package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Triangular matrices from vectors of entries, and products with vectors, constant or amortised.
 */
public final class Matrices {
  private Matrices() {}

  /** How many entries a strict triangle of order n has. */
  public static int strictSize(int n) {
    return n * (n - 1) / 2;
  }

  /** Lower triangular {@code [..., n, n]} from strict entries, row by row, and a diagonal. */
  public static Tensor lower(Tensor strict, Tensor diagonal) {
    return triangle(strict, diagonal, true);
  }

  /** Upper triangular {@code [..., n, n]}: the transpose of {@link #lower}. */
  public static Tensor upper(Tensor strict, Tensor diagonal) {
    return triangle(strict, diagonal, false);
  }

  private static Tensor triangle(Tensor strict, Tensor diagonal, boolean lower) {
    int n = diagonal.shape().dim(-1);
    if (n == 1) {
      return diagonal.unsqueeze(-1);
    }
    // One gather from [diagonal, strict, 0] places every entry.
    int[] source = new int[n * n];
    int next = n;
    for (int i = 0; i < n; i++) {
      source[i * (n + 1)] = i;
      for (int j = 0; j < i; j++) {
        source[lower ? i * n + j : j * n + i] = next++;
      }
    }
    int zero = next;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        source[lower ? j * n + i : i * n + j] = zero;
      }
    }
    Arena arena = Arena.current();
    Shape batch = diagonal.shape().leading(-1);
    Tensor entries =
        Tensor.concat(java.util.List.of(diagonal, strict, arena.zeros(batch.append(1))), -1);
    return entries.gather(-1, arena.index(source, Shape.of(n * n))).reshape(batch.append(n, n));
  }

  /** Matrix {@code [..., m, n]} times vector {@code [..., n]}. */
  public static Tensor times(Tensor matrix, Tensor vector) {
    if (matrix.shape().rank() == 2 && vector.shape().rank() >= 2) {
      return vector.matmulTransposed(matrix);
    }
    return matrix.matvec(vector);
  }

  /** Transposed matrix {@code [..., m, n]} times vector {@code [..., m]}. */
  public static Tensor transposedTimes(Tensor matrix, Tensor vector) {
    if (matrix.shape().rank() == 2 && vector.shape().rank() >= 2) {
      return vector.matmul(matrix);
    }
    return matrix.transposedMatmul(vector.unsqueeze(-1)).squeeze(-1);
  }
}
