package io.flowsvi.ppl.vector;

import java.util.Arrays;

/**
 * Matrix products into arrays that exist already.
 *
 * <p>With the Vector API blocks of the result are held in registers ({@link Tiles}). Without it
 * rows of B are added up four at a time, which HotSpot vectorises. A transposed B of many rows of A
 * is laid out anew first, once per batch if it is data.
 */
public final class Products {
  /** With fewer rows dot products are cheaper than another layout of B. */
  private static final int FEW = 3;

  private static final int FEW_WITH_VECTORS = 24;

  /** Written when first needed. */
  private static final class Blocks {
    private static final Tiles TILES = TileWriter.write();
  }

  /**
   * One operand.
   *
   * @param starts where the matrix begins for each product of the batch
   * @param transposed whether it is stored by columns
   */
  public record Operand(int[] starts, boolean transposed) {}

  private final int rows;
  private final int inner;
  private final int columns;
  private final Operand left;
  private final Operand right;
  private final boolean plainB;
  private final boolean fixedB;
  private final boolean turns;
  private final boolean vectors;
  private final double[] turned;
  private double[] seen = {};

  /**
   * Products of the sizes [rows, inner] and [inner, columns].
   *
   * @param fixed whether B has the same numbers in every run that gets the same array
   */
  public Products(int rows, int inner, int columns, Operand left, Operand right, Lifetime fixed) {
    this.rows = rows;
    this.inner = inner;
    this.columns = columns;
    this.left = left;
    this.right = right;
    plainB = !right.transposed() || columns == 1;
    fixedB = fixed == Lifetime.DATA && Arrays.stream(right.starts()).allMatch(s -> s == 0);
    boolean lanes = VectorUnit.isPresent();
    boolean dots = lanes && !left.transposed() && inner >= VectorUnit.lanes();
    turns = !plainB && (fixedB || rows > (dots ? FEW_WITH_VECTORS : FEW));
    turned = turns ? new double[inner * columns] : new double[0];
    boolean byRows = plainB || turns;
    boolean single = columns == 1 && !left.transposed();
    vectors = lanes && (byRows && !single ? width() >= VectorUnit.lanes() : dots);
  }

  /** How long an operand's numbers stay. */
  public enum Lifetime {
    /** Until another batch. */
    DATA,
    /** For one product. */
    STEP
  }

  /** How many numbers of the result lie side by side where rows of B are added up. */
  private int width() {
    return columns == 1 ? rows : columns;
  }

  /** Computes all products of the batch. */
  public void run(double[] a, double[] b, double[] out) {
    int step = left.transposed() ? 1 : inner;
    int along = left.transposed() ? rows : 1;
    int[] startA = left.starts();
    int[] startB = right.starts();
    for (int m = 0, at = 0; m < startA.length; m++, at += rows * columns) {
      if (columns == 1 && left.transposed()) {
        // Aᵀb: rows of A, which lie one after another, added up.
        rowsOf(b, startB[m], 0, 1, 1, a, startA[m], rows, out, at);
      } else if (columns == 1 || !plainB && !turns) {
        dots(a, startA[m], step, along, b, startB[m], out, at);
      } else if (plainB) {
        rowsOf(a, startA[m], step, along, rows, b, startB[m], columns, out, at);
      } else {
        turn(b, startB[m]);
        rowsOf(a, startA[m], step, along, rows, turned, 0, columns, out, at);
      }
    }
  }

  private void turn(double[] b, int start) {
    if (fixedB && seen == b) {
      return;
    }
    seen = b;
    for (int j0 = 0; j0 < columns; j0 += 8) {
      int j1 = Math.min(columns, j0 + 8);
      for (int k = 0; k < inner; k++) {
        for (int j = j0; j < j1; j++) {
          turned[k * columns + j] = b[start + j * inner + k];
        }
      }
    }
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B, which has n numbers. */
  private void rowsOf(
      double[] a,
      int ia,
      int step,
      int along,
      int count,
      double[] b,
      int ib,
      int n,
      double[] out,
      int at) {
    if (!vectors) {
      Adding.rows(a, ia, step, along, count, b, ib, n, inner, out, at);
      return;
    }
    int lanes = VectorUnit.lanes();
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      int width = Tiles.COLUMNS[c] * lanes;
      for (; j + width <= n; j += width) {
        column(c, a, ia, step, along, count, b, ib + j, n, out, at + j);
      }
    }
    if (j < n) {
      // The last columns once more, as a vector that ends with them.
      int last = Tiles.COLUMNS.length - 1;
      column(last, a, ia, step, along, count, b, ib + n - lanes, n, out, at + n - lanes);
    }
  }

  private void column(
      int c,
      double[] a,
      int ia,
      int step,
      int along,
      int count,
      double[] b,
      int ib,
      int n,
      double[] out,
      int at) {
    int i = 0;
    for (int r = 0; r < Tiles.ROWS.length; r++) {
      int block = Tiles.block(Tiles.Kind.OUTER, r, c);
      for (; i + Tiles.ROWS[r] <= count; i += Tiles.ROWS[r]) {
        Blocks.TILES.run(block, a, ia + i * step, step, along, b, ib, n, inner, out, at + i * n, n);
      }
    }
  }

  private void dots(
      double[] a, int ia, int step, int along, double[] b, int ib, double[] out, int at) {
    if (!vectors) {
      Adding.dots(a, ia, step, along, rows, b, ib, columns, inner, out, at);
      return;
    }
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      for (; j + Tiles.COLUMNS[c] <= columns; j += Tiles.COLUMNS[c]) {
        int i = 0;
        for (int r = 0; r < Tiles.ROWS.length; r++) {
          int block = Tiles.block(Tiles.Kind.DOTS, r, c);
          for (; i + Tiles.ROWS[r] <= rows; i += Tiles.ROWS[r]) {
            int from = ia + i * step;
            int to = at + i * columns + j;
            Blocks.TILES.run(
                block, a, from, step, 1, b, ib + j * inner, inner, inner, out, to, columns);
          }
        }
      }
    }
  }
}
