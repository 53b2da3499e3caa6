package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import java.util.Arrays;

/**
 * Matrix products into arrays that exist already.
 *
 * <p>With the Vector API blocks of the result are held in registers ({@link Tiles}). Without it
 * rows of B are added up four at a time, which HotSpot vectorises, or, where they are short, blocks
 * of single numbers are held in registers. A transposed B of many rows of A is laid out anew first,
 * once per batch if it is data.
 */
public final class Products {
  /** With fewer rows dot products are cheaper than another layout of B. */
  private static final int FEW = 12;

  private static final int FEW_WITH_VECTORS = 7;

  /**
   * One operand.
   *
   * @param starts where the matrix begins for each product of the batch
   * @param transposed whether it is stored by columns
   */
  public record Operand(int[] starts, boolean transposed) {}

  private final Sizes sizes;
  private final Sizes swapped;
  private final Operand left;
  private final Operand right;
  private final boolean plainB;
  private final boolean fixedB;
  private final boolean turns;
  private final boolean dots;
  private final double[] turned;
  private final double[] rowsOfA;
  private final RowProducts products;
  private double[] seen = {};

  /**
   * Products of the sizes [rows, inner] and [inner, columns].
   *
   * @param fixed whether B has the same numbers in every run that gets the same array
   */
  public Products(int rows, int inner, int columns, Operand left, Operand right, Lifetime fixed) {
    this.left = left;
    this.right = right;
    plainB = !right.transposed() || columns == 1;
    fixedB = fixed == Lifetime.DATA && Arrays.stream(right.starts()).allMatch(s -> s == 0);
    boolean vectors = VectorUnit.isPresent() && !left.transposed() && inner >= VectorUnit.lanes();
    turns = !plainB && (fixedB || rows > (vectors ? FEW_WITH_VECTORS : FEW));
    dots = columns == 1 || !plainB && !turns;
    turned = turns ? new double[inner * columns] : new double[0];
    Sizes plain = Sizes.of(rows, inner, columns);
    Sizes stored = left.transposed() ? plain.turnedA() : plain;
    boolean far = !dots && stored.isFar();
    rowsOfA = far ? new double[rows * inner] : new double[0];
    sizes = dots ? stored.turnedB() : far ? plain : stored;
    swapped = Sizes.of(1, inner, rows);
    products = new RowProducts(rows, columns);
  }

  /** How long an operand's numbers stay. */
  public enum Lifetime {
    /** Until another batch. */
    DATA,
    /** For one product. */
    STEP
  }

  /** Computes all products of the batch. */
  public void run(double[] a, double[] b, double[] out) {
    run(a, 0, b, 0, out, 0);
  }

  /** The same where each array has other numbers before. */
  public void run(double[] a, int fromA, double[] b, int fromB, double[] out, int to) {
    int[] startA = left.starts();
    int[] startB = right.starts();
    int size = sizes.rows() * sizes.columns();
    for (int m = 0, at = to; m < startA.length; m++, at += size) {
      int ia = fromA + startA[m];
      int ib = fromB + startB[m];
      if (sizes.columns() == 1 && left.transposed()) {
        // Aᵀb: rows of A, which lie one after another, added up.
        Blocks.outer(swapped, b, ib, a, ia, out, at);
      } else if (dots) {
        Blocks.dots(sizes, a, ia, b, ib, out, at);
      } else if (plainB) {
        outer(a, ia, b, ib, out, at);
      } else {
        turn(b, ib);
        outer(a, ia, turned, 0, out, at);
      }
    }
  }

  private void outer(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (rowsOfA.length > 0) {
      transpose(a, ia, sizes.inner(), sizes.rows(), rowsOfA);
      products.run(sizes, rowsOfA, 0, b, ib, out, at);
    } else {
      products.run(sizes, a, ia, b, ib, out, at);
    }
  }

  private void turn(double[] b, int start) {
    if (fixedB && seen == b) {
      return;
    }
    seen = b;
    transpose(b, start, sizes.columns(), sizes.inner(), turned);
  }

  /** A matrix of so many rows and columns by its columns. */
  static void transpose(double[] from, int start, int rows, int columns, double[] to) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      four(from, start + i * columns, columns, 0, columns, to, i, rows);
    }
    for (; i < rows; i++) {
      one(from, start + i * columns, 0, columns, to, i, rows);
    }
  }

  /** Some numbers of four rows as rows of four: number k of row r goes to at + k·wide + r. */
  static void four(
      double[] from, int start, int width, int low, int high, double[] to, int at, int wide) {
    int second = start + width;
    int third = second + width;
    int fourth = third + width;
    for (int k = low; k < high; k++) {
      int target = at + k * wide;
      to[target] = from[start + k];
      to[target + 1] = from[second + k];
      to[target + 2] = from[third + k];
      to[target + 3] = from[fourth + k];
    }
  }

  /** Some numbers of one row as a column. */
  static void one(double[] from, int start, int low, int high, double[] to, int at, int wide) {
    for (int k = low; k < high; k++) {
      to[at + k * wide] = from[start + k];
    }
  }
}
