package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;
import java.util.Arrays;

/**
 * Solves systems of one triangular matrix and many right-hand sides, each stored as a row.
 *
 * <p>Unknowns are found block by block: what those before contribute is a product, which has nearly
 * all the arithmetic. The small triangles on the diagonal are inverted where several sides or runs
 * share them, so that they are products, too; only their own condition enters the error (Du Croz
 * and Higham 1992, section 4). A matrix of data is laid out in the order of its use first: large
 * ones are read from memory, and not by pages.
 */
public final class Substitution {
  /** A block has a vector, at least. */
  private static final int BLOCK = Math.max(8, Width.DOUBLE.lanes());

  /** With fewer right-hand sides inverting a triangle takes longer than solving with it. */
  private static final int FEW = 4;

  private final int n;
  private final int sides;
  private final boolean transposed;
  private final boolean forward;
  private final Products.Lifetime lifetime;
  private final boolean inverts;
  private final Sizes[] before;
  private final Sizes[] diagonal;
  private final double[] rest;
  private final double[] inverses;
  private final double[] panels;
  private double[] seen = {};

  /**
   * Systems of n unknowns.
   *
   * @param sides how many right-hand sides
   * @param triangle which half of the matrix is read
   * @param transposed whether the matrix is used transposed
   * @param lifetime of the matrix: as long as it is data, the same array means the same numbers
   */
  public Substitution(
      int n, int sides, Half triangle, boolean transposed, Products.Lifetime lifetime) {
    this.n = n;
    this.sides = sides;
    this.transposed = transposed;
    this.forward = (triangle == Half.LOWER) != transposed;
    this.lifetime = lifetime;
    boolean stays = lifetime == Products.Lifetime.DATA;
    inverts = stays || sides >= FEW;
    rest = new double[sides * BLOCK];
    inverses = new double[inverts ? (n + BLOCK - 1) / BLOCK * BLOCK * BLOCK : 0];
    int last = Math.max(0, n - 1) / BLOCK * BLOCK;
    before = new Sizes[(n + BLOCK - 1) / BLOCK];
    diagonal = new Sizes[before.length];
    for (int from = 0; from < n; from += BLOCK) {
      int to = Math.min(n, from + BLOCK);
      diagonal[from / BLOCK] = diagonal(to - from);
      before[from / BLOCK] = before(to - from, forward ? from : n - to);
    }
    panels = new double[stays ? panel(last) + (forward ? last * (n - last) : 0) : 0];
  }

  /** What is left of a block's right-hand sides times the inverse of its triangle. */
  private Sizes diagonal(int size) {
    return Sizes.of(sides, size, size).withStep(BLOCK).withDown(BLOCK).withWide(n);
  }

  /** The unknowns before a block times what they contribute to it. */
  private Sizes before(int size, int count) {
    Sizes sizes = Sizes.of(sides, count, size).withStep(n).withWide(BLOCK);
    if (lifetime == Products.Lifetime.DATA) {
      return sizes;
    }
    return transposed ? sizes.withDown(n) : sizes.turnedB(n);
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
    prepare(matrix);
    System.arraycopy(b, 0, x, 0, sides * n);
    int blocks = (n + BLOCK - 1) / BLOCK;
    for (int k = 0; k < blocks; k++) {
      int from = (forward ? k : blocks - 1 - k) * BLOCK;
      int to = Math.min(n, from + BLOCK);
      int first = forward ? 0 : to;
      int count = forward ? from : n - to;
      if (count > 0) {
        subtract(matrix, x, from, to - from, first);
      }
      if (inverts) {
        multiply(x, from, to - from);
        continue;
      }
      for (int s = 0; s < sides; s++) {
        solve(matrix, x, s * n, from, to);
      }
    }
  }

  /** Where the panel of the block from here on begins. */
  private int panel(int from) {
    int all = from * (from - BLOCK) / 2;
    return forward ? all : from * n - from * from + all;
  }

  private void prepare(double[] matrix) {
    if (lifetime == Products.Lifetime.DATA && seen == matrix) {
      return;
    }
    seen = matrix;
    if (lifetime == Products.Lifetime.DATA) {
      lay(matrix);
    }
    for (int from = 0; inverts && from < n; from += BLOCK) {
      invert(matrix, from, Math.min(n, from + BLOCK));
    }
  }

  /** Lays what is off the blocks on the diagonal in the order in which runs read it. */
  private void lay(double[] a) {
    int row = transposed ? 1 : n;
    int column = transposed ? n : 1;
    for (int from = 0, at = 0; from < n; from += BLOCK) {
      int to = Math.min(n, from + BLOCK);
      for (int k = forward ? 0 : to; k < (forward ? from : n); k++) {
        for (int i = from; i < to; i++) {
          panels[at++] = a[i * row + k * column];
        }
      }
    }
  }

  /**
   * Inverts a triangle on the diagonal, column by column of the matrix as it is used: column c of
   * the inverse is row c of what is kept, so that a row of right-hand sides is multiplied by it.
   */
  private void invert(double[] a, int from, int to) {
    int at = from * BLOCK;
    Arrays.fill(inverses, at, at + BLOCK * BLOCK, 0);
    for (int step = 0; step < to - from; step++) {
      int i = forward ? from + step : to - 1 - step;
      inverses[at + (i - from) * (BLOCK + 1)] = 1;
      // Of all columns that are not 0 here: no sum waits for another one.
      for (int c = forward ? from : i; c < (forward ? i + 1 : to); c++) {
        int column = at + (c - from) * BLOCK - from;
        find(a, inverses, column, i, forward ? c : i + 1, forward ? i : c + 1);
      }
    }
  }

  /** What is left of a block's right-hand sides, times the inverse of its triangle. */
  private void multiply(double[] x, int from, int size) {
    for (int s = 0; s < sides; s++) {
      for (int i = 0; i < size; i++) {
        rest[s * BLOCK + i] = x[s * n + from + i];
      }
    }
    int at = from * BLOCK;
    Blocks.outer(diagonal[from / BLOCK], rest, 0, inverses, at, x, from);
  }

  /** Takes off what the unknowns from {@code first} on contribute to those of a block. */
  private void subtract(double[] a, double[] x, int from, int size, int first) {
    Sizes sizes = before[from / BLOCK];
    if (panels.length > 0) {
      Blocks.outer(sizes, x, first, panels, panel(from), rest, 0);
    } else if (transposed) {
      Blocks.outer(sizes, x, first, a, first * n + from, rest, 0);
    } else {
      Blocks.dots(sizes, x, first, a, from * n + first, rest, 0);
    }
    for (int s = 0; s < sides; s++) {
      for (int i = 0; i < size; i++) {
        x[s * n + from + i] -= rest[s * BLOCK + i];
      }
    }
  }

  private void solve(double[] a, double[] x, int side, int from, int to) {
    for (int step = 0; step < to - from; step++) {
      int i = forward ? from + step : to - 1 - step;
      find(a, x, side, i, forward ? from : i + 1, forward ? i : to);
    }
  }

  /** Unknown i of a side, from those of a range. */
  private void find(double[] a, double[] x, int side, int i, int from, int to) {
    int row = transposed ? 1 : n;
    int column = transposed ? n : 1;
    double rest = x[side + i];
    for (int k = from; k < to; k++) {
      rest -= a[i * row + k * column] * x[side + k];
    }
    x[side + i] = rest / a[i * (n + 1)];
  }
}
