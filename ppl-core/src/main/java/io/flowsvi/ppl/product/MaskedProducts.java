package io.flowsvi.ppl.product;

import java.util.Arrays;
import java.util.Optional;

/**
 * The product AB of two matrices of which a mask leaves some numbers of B, or of the result.
 *
 * <p>Where the ones of each row of the mask stand side by side, as in the networks of
 * autoregressive flows and in triangles, only those numbers are read, multiplied and written; with
 * another mask the product is made whole. A mask is looked at once: the same array means the same
 * numbers.
 */
public final class MaskedProducts {
  /** What the mask is for. */
  public enum Part {
    /** The right operand, in the layout in which it is stored. */
    RIGHT,
    /** The result; what the mask leaves out is 0. */
    RESULT
  }

  private final int rows;
  private final int inner;
  private final int columns;
  private final boolean turnedA;
  private final boolean turnedB;
  private final Part part;
  private double[] seen = {};
  private Way way = (a, ia, b, ib, out, at) -> {};

  /** Of the sizes [rows, inner] and [inner, columns]; an operand may be stored by columns. */
  public MaskedProducts(
      int rows, int inner, int columns, boolean turnedA, boolean turnedB, Part part) {
    this.rows = rows;
    this.inner = inner;
    this.columns = columns;
    this.turnedA = turnedA;
    this.turnedB = turnedB;
    this.part = part;
  }

  /** Computes the product; a result with a mask keeps its place to itself from run to run. */
  public void run(double[] a, double[] b, double[] mask, double[] out) {
    run(a, 0, b, 0, mask, out, 0);
  }

  /** The same where the other arrays have other numbers before. */
  public void run(double[] a, int ia, double[] b, int ib, double[] mask, double[] out, int at) {
    if (seen != mask) {
      seen = mask;
      way = way(mask);
      Arrays.fill(out, at, at + rows * columns, 0);
    }
    way.run(a, ia, b, ib, out, at);
  }

  private Way way(double[] mask) {
    boolean ofResult = part == Part.RESULT;
    int count = ofResult ? rows : turnedB ? columns : inner;
    Optional<Ranges> ranges = Ranges.of(mask, count, mask.length / Math.max(1, count));
    if (ranges.isEmpty() || ofResult && turnedB) {
      return whole(mask, ofResult);
    }
    Sizes plain = Sizes.of(rows, inner, columns);
    Sizes sizes = turnedA ? plain.turnedA() : plain;
    if (ofResult) {
      return new RangedResult(sizes, ranges.get());
    }
    return turnedB
        ? RangedColumns.of(sizes.turnedB(), ranges.get())
        : RangedRows.of(sizes, ranges.get());
  }

  private Way whole(double[] mask, boolean ofResult) {
    Products.Operand left = new Products.Operand(new int[1], turnedA);
    Products.Operand right = new Products.Operand(new int[1], turnedB);
    Products products = new Products(rows, inner, columns, left, right, Products.Lifetime.STEP);
    if (ofResult) {
      return (a, ia, b, ib, out, at) -> {
        products.run(a, ia, b, ib, out, at);
        multiply(out, at, mask, out, at);
      };
    }
    double[] masked = new double[mask.length];
    return (a, ia, b, ib, out, at) -> {
      multiply(b, ib, mask, masked, 0);
      products.run(a, ia, masked, 0, out, at);
    };
  }

  private static void multiply(double[] x, int from, double[] mask, double[] to, int at) {
    for (int i = 0; i < mask.length; i++) {
      to[at + i] = x[from + i] * mask[i];
    }
  }
}
