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

  /**
   * One matrix for each row {@code [B, m, n]}, vectors for all particles {@code [S, B, n]}: a
   * product per row for all its particles, not one per row and particle.
   */
  private static boolean isPerRow(Tensor matrix, Tensor vector) {
    return matrix.shape().rank() == 3
        && vector.shape().rank() == 3
        && vector.shape().dim(1) == matrix.shape().dim(0);
  }

  /** 1 above the diagonal of a square matrix, 0 elsewhere. */
  static double[] strictMask(int n) {
    double[] mask = new double[n * n];
    for (int i = 0; i < n; i++) {
      java.util.Arrays.fill(mask, i * n + i + 1, (i + 1) * n, 1);
    }
    return mask;
  }

  /** 1 below the diagonal of a square matrix, a number on it, 0 above. */
  static double[] lowerMask(int n, double diagonal) {
    double[] mask = new double[n * n];
    for (int i = 0; i < n; i++) {
      java.util.Arrays.fill(mask, i * n, i * n + i, 1);
      mask[i * (n + 1)] = diagonal;
    }
    return mask;
  }

  /** The identity matrix. */
  static double[] identity(int n) {
    double[] eye = new double[n * n];
    for (int i = 0; i < n; i++) {
      eye[i * (n + 1)] = 1;
    }
    return eye;
  }

  /** Matrix {@code [..., m, n]} times vector {@code [..., n]}. */
  public static Tensor times(Tensor matrix, Tensor vector) {
    if (matrix.shape().rank() == 2 && vector.shape().rank() >= 2) {
      return vector.matmulTransposed(matrix);
    }
    if (isPerRow(matrix, vector)) {
      return vector.permute(1, 0, 2).matmulTransposed(matrix).permute(1, 0, 2);
    }
    return matrix.matvec(vector);
  }

  /** Transposed matrix {@code [..., m, n]} times vector {@code [..., m]}. */
  public static Tensor transposedTimes(Tensor matrix, Tensor vector) {
    if (matrix.shape().rank() == 2 && vector.shape().rank() >= 2) {
      return vector.matmul(matrix);
    }
    if (isPerRow(matrix, vector)) {
      return vector.permute(1, 0, 2).matmul(matrix).permute(1, 0, 2);
    }
    return matrix.transposedMatmul(vector.unsqueeze(-1)).squeeze(-1);
  }
}
