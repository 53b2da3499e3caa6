package io.flowsvi.ppl.vector;

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
  private Way way = (a, b, out) -> {};

  /** How products with one mask are made. */
  interface Way {
    void run(double[] a, double[] b, double[] out);
  }

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

  /** Computes the product; a result with a mask keeps its array to itself from run to run. */
  public void run(double[] a, double[] b, double[] mask, double[] out) {
    if (seen != mask) {
      seen = mask;
      way = way(mask);
      Arrays.fill(out, 0);
    }
    way.run(a, b, out);
  }

  private Way way(double[] mask) {
    boolean ofResult = part == Part.RESULT;
    int count = ofResult ? rows : turnedB ? columns : inner;
    Optional<Ranges> ranges = Ranges.of(mask, count, mask.length / Math.max(1, count));
    if (ranges.isEmpty() || ofResult && turnedB) {
      return whole(mask, ofResult);
    }
    RangedProducts ranged = new RangedProducts(rows, inner, columns, turnedA, ranges.get());
    return ofResult ? ranged::result : turnedB ? ranged.dots() : ranged.sums();
  }

  private Way whole(double[] mask, boolean ofResult) {
    Products.Operand left = new Products.Operand(new int[1], turnedA);
    Products.Operand right = new Products.Operand(new int[1], turnedB);
    Products products = new Products(rows, inner, columns, left, right, Products.Lifetime.STEP);
    if (ofResult) {
      return (a, b, out) -> {
        products.run(a, b, out);
        multiply(out, mask, out);
      };
    }
    double[] masked = new double[mask.length];
    return (a, b, out) -> {
      multiply(b, mask, masked);
      products.run(a, masked, out);
    };
  }

  private static void multiply(double[] x, double[] mask, double[] to) {
    for (int i = 0; i < mask.length; i++) {
      to[i] = x[i] * mask[i];
    }
  }
}
