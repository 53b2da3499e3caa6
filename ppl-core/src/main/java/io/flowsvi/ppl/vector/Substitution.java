package io.flowsvi.ppl.vector;

/**
 * Solves systems of one triangular matrix and many right-hand sides, each stored as a row.
 *
 * <p>Unknowns are found block by block: what those before contribute is a product, which has all
 * the arithmetic but for the small triangles on the diagonal.
 */
public final class Substitution {
  private static final int BLOCK = 8;

  private final int n;
  private final int sides;
  private final boolean lower;
  private final boolean transposed;
  private final double[] known;

  /**
   * Systems of n unknowns.
   *
   * @param sides how many right-hand sides
   * @param triangle which half of the matrix is read
   * @param transposed whether the matrix is used transposed
   */
  public Substitution(int n, int sides, Half triangle, boolean transposed) {
    this.n = n;
    this.sides = sides;
    this.lower = triangle == Half.LOWER;
    this.transposed = transposed;
    this.known = new double[sides * BLOCK];
  }

  /** A half of a matrix, with its diagonal. */
  public enum Half {
    /** On and below the diagonal. */
    LOWER,
    /** On and above the diagonal. */
    UPPER
  }

  /** Finds the unknowns x {@code [sides, n]} for right-hand sides b {@code [sides, n]}. */
  public void run(double[] matrix, double[] b, double[] x) {
    System.arraycopy(b, 0, x, 0, sides * n);
    boolean forward = lower != transposed;
    int blocks = (n + BLOCK - 1) / BLOCK;
    for (int k = 0; k < blocks; k++) {
      int from = (forward ? k : blocks - 1 - k) * BLOCK;
      int to = Math.min(n, from + BLOCK);
      int first = forward ? 0 : to;
      int count = forward ? from : n - to;
      if (count > 0) {
        subtract(matrix, x, from, to - from, first, count);
      }
      for (int s = 0; s < sides; s++) {
        solve(matrix, x, s * n, from, to, forward);
      }
    }
  }

  /** Takes off what the unknowns from {@code first} on contribute to those of a block. */
  private void subtract(double[] a, double[] x, int from, int size, int first, int count) {
    if (transposed) {
      int at = first * n + from;
      Blocks.outer(x, first, n, 1, sides, a, at, n, size, count, known, 0, BLOCK);
    } else {
      int at = from * n + first;
      Blocks.dots(x, first, n, 1, sides, a, at, n, size, count, known, 0, BLOCK);
    }
    for (int s = 0; s < sides; s++) {
      for (int i = 0; i < size; i++) {
        x[s * n + from + i] -= known[s * BLOCK + i];
      }
    }
  }

  private void solve(double[] a, double[] x, int side, int from, int to, boolean forward) {
    int row = transposed ? 1 : n;
    int column = transposed ? n : 1;
    for (int step = 0; step < to - from; step++) {
      int i = forward ? from + step : to - 1 - step;
      double rest = x[side + i];
      for (int k = forward ? from : i + 1; k < (forward ? i : to); k++) {
        rest -= a[i * row + k * column] * x[side + k];
      }
      x[side + i] = rest / a[i * (n + 1)];
    }
  }
}
