package io.flowsvi.ppl.product;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import java.util.Arrays;
import java.util.Optional;

/**
 * Matrix products into arrays that exist already.
 *
 * <p>With the Vector API blocks of the result are held in registers ({@link Tiles}). Without it
 * rows of B are added up four at a time, which HotSpot vectorises, or, where they are short, blocks
 * of single numbers are held in registers. For many rows of A, B is laid out anew first, once per
 * batch if it is data.
 */
public final class Products {
  private static final int FEW = 12;

  /** Of rows so long that another layout of B waits for memory. */
  private static final int FEW_OF_LONG = 16;

  /** One row for so many of its numbers: the longer it is, the less its sums' vectors cost. */
  private static final int NUMBERS_A_ROW = 12;

  /**
   * One operand.
   *
   * @param starts where the matrix begins for each product of the batch
   * @param transposed whether it is stored by columns
   */
  public record Operand(int[] starts, boolean transposed) {
    /** One whose leading axes broadcast to those of the batch. */
    static Operand of(Shape operand, Shape batch, Primitive.Side side) {
      Shape own = operand.leading(-2);
      int[] strides = own.strides();
      int missing = batch.rank() - own.rank();
      int matrix = operand.trailing(2).size();
      int[] starts = new int[batch.size()];
      // Axis by axis: each start so far becomes a row of them, the last one first.
      for (int axis = 0, known = 1; starts.length > 0 && axis < batch.rank(); axis++) {
        int size = batch.dim(axis);
        boolean repeats = axis < missing || own.dim(axis - missing) == 1;
        int stride = repeats ? 0 : strides[axis - missing] * matrix;
        known *= size;
        for (int m = known - 1; m >= 0; m--) {
          starts[m] = starts[m / size] + m % size * stride;
        }
      }
      return new Operand(starts, side == Primitive.Side.TRANSPOSED);
    }
  }

  private final Sizes sizes;
  private final Sizes swapped;
  private final Operand left;
  private final Operand right;
  private final Lifetime lifetime;
  private final boolean dots;
  private final double[] turned;
  private final double[] rowsOfA;
  private final Optional<Layout> panels;
  private final RowProducts rowProducts;
  private double[] seen = {};

  /**
   * Products of the sizes [rows, inner] and [inner, columns].
   *
   * @param fixed whether B has the same numbers in every run that gets the same array
   */
  public Products(int rows, int inner, int columns, Operand left, Operand right, Lifetime fixed) {
    this.left = left;
    this.right = right;
    boolean constant =
        fixed == Lifetime.DATA && Arrays.stream(right.starts()).allMatch(s -> s == 0);
    lifetime = constant ? Lifetime.DATA : Lifetime.STEP;
    Sizes plain = Sizes.of(rows, inner, columns);
    Sizes stored = left.transposed() ? plain.turnedA() : plain;
    boolean plainB = !right.transposed() || columns == 1;
    boolean striped = StripedPanels.pay(plainB ? stored : stored.turnedB(), lifetime);
    boolean paneled = !PanelTiles.fit() && Panels.pay(plainB ? plain : plain.turnedB(), lifetime);
    boolean pays = striped || paneled;
    boolean turns = !pays && !plainB && (constant || rows > few(left, inner, columns));
    dots = columns == 1 || !plainB && !pays && !turns;
    boolean far = !dots && !striped && stored.isFar();
    Sizes ofA = far ? plain : stored;
    sizes = dots || !plainB && pays ? ofA.turnedB() : ofA;
    swapped = Sizes.of(1, inner, rows);
    // Room behind it, so that vectors may be longer than its last row.
    turned = new double[turns ? inner * columns + 2 * Width.DOUBLE.lanes() : 0];
    rowsOfA = new double[far ? rows * inner : 0];
    panels =
        striped
            ? Optional.of(new StripedPanels(sizes, lifetime))
            : paneled ? Optional.of(new Panels(sizes, lifetime)) : Optional.empty();
    rowProducts = new RowProducts(sizes, new RowSums(rows, columns));
  }

  /** The products of one operation, to be run as often as needed. */
  public static Products of(Primitive.Matmul op, Shape result, Shape[] shapes, Lifetime right) {
    Shape batch = result.leading(-2);
    Operand a = Operand.of(shapes[0], batch, op.left());
    Operand b = Operand.of(shapes[1], batch, op.right());
    int inner = shapes[0].dim(a.transposed() ? -2 : -1);
    return new Products(result.dim(-2), inner, result.dim(-1), a, b, right);
  }

  /** Up to so many rows, dot products are cheaper than another layout of B. */
  private static int few(Operand left, int inner, int columns) {
    if (!VectorUnit.isPresent() || columns < Width.DOUBLE.lanes() || left.transposed()) {
      return FEW;
    }
    return Math.max(1, Math.min(FEW_OF_LONG, inner / NUMBERS_A_ROW));
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
      } else {
        if (m == 0 || startB[m] != startB[m - 1]) {
          lay(b, ib);
        }
        outer(a, ia, b, ib, out, at);
      }
    }
  }

  private void outer(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (rowsOfA.length > 0) {
      Transposition.of(a, ia, sizes.inner(), sizes.rows(), rowsOfA);
      ofRows(rowsOfA, 0, b, ib, out, at);
    } else {
      ofRows(a, ia, b, ib, out, at);
    }
  }

  private void ofRows(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (panels.isPresent()) {
      panels.get().run(a, ia, out, at);
    } else if (turned.length > 0) {
      rowProducts.run(a, ia, turned, 0, out, at);
    } else {
      rowProducts.run(a, ia, b, ib, out, at);
    }
  }

  /** Lays out a B, where products are made of another layout than its own. */
  private void lay(double[] b, int start) {
    if (panels.isPresent()) {
      panels.get().lay(b, start);
    } else if (turned.length > 0 && (lifetime == Lifetime.STEP || seen != b)) {
      seen = b;
      Transposition.of(b, start, sizes.columns(), sizes.inner(), turned);
    }
  }
}
