package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/**
 * Matrix products into arrays that exist already.
 *
 * <p>Rows of B are added up four at a time, which HotSpot vectorises; a transposed B is laid out
 * anew first, once per batch if it is data.
 */
final class Products implements Calls.Kernel {
  /** With fewer rows, or a single column, dot products are cheaper than another layout. */
  private static final int FEW = 3;

  private final int rows;
  private final int inner;
  private final int columns;
  private final boolean plainA;
  private final boolean plainB;
  private final boolean fixedB;
  private final int[] startA;
  private final int[] startB;
  private final double[] turned;
  private double[] seen = {};

  Products(Primitive.Matmul op, Shape result, Shape a, Shape b, boolean fixedB) {
    rows = result.dim(-2);
    columns = result.dim(-1);
    plainA = op.left() == Side.PLAIN;
    inner = a.dim(plainA ? -1 : -2);
    plainB = op.right() == Side.PLAIN || columns == 1;
    Shape batch = result.leading(-2);
    startA = starts(a, batch);
    startB = starts(b, batch);
    this.fixedB = fixedB && Arrays.stream(startB).allMatch(s -> s == 0);
    turned = plainB || rows <= FEW && !this.fixedB ? new double[0] : new double[inner * columns];
  }

  /** Where each matrix of the batch begins. */
  private static int[] starts(Shape operand, Shape batch) {
    Shape own = operand.leading(-2);
    int matrix = operand.trailing(2).size();
    int[] strides = own.strides();
    int[] starts = new int[batch.size()];
    for (int m = 0; m < starts.length; m++) {
      int rest = m;
      for (int axis = batch.rank() - 1; axis >= 0; axis--) {
        int index = rest % batch.dim(axis);
        rest /= batch.dim(axis);
        int at = axis - batch.rank() + own.rank();
        starts[m] += at < 0 || own.dim(at) == 1 ? 0 : index * strides[at] * matrix;
      }
    }
    return starts;
  }

  @Override
  public void run(double[][] in, double[] out) {
    double[] a = in[0];
    double[] b = in[1];
    int step = plainA ? inner : 1;
    int along = plainA ? 1 : rows;
    for (int m = 0, at = 0; m < startA.length; m++, at += rows * columns) {
      if (columns == 1 && plainA || turned.length == 0 && !plainB) {
        dots(a, startA[m], step, along, b, startB[m], out, at);
      } else if (columns == 1) {
        // Aᵀb: rows of A, which lie one after another, added up.
        add(b, startB[m], 0, 1, 1, a, startA[m], rows, out, at);
      } else if (plainB) {
        add(a, startA[m], step, along, rows, b, startB[m], columns, out, at);
      } else {
        turn(b, startB[m]);
        add(a, startA[m], step, along, rows, turned, 0, columns, out, at);
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
  private void add(
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
    Arrays.fill(out, at, at + count * n, 0);
    int k = 0;
    for (; k + 3 < inner; k += 4) {
      int from = ib + k * n;
      for (int i = 0; i < count; i++) {
        int p = ia + i * step + k * along;
        four(a[p], a[p + along], a[p + 2 * along], a[p + 3 * along], b, from, n, out, at + i * n);
      }
    }
    for (; k < inner; k++) {
      for (int i = 0; i < count; i++) {
        one(a[ia + i * step + k * along], b, ib + k * n, n, out, at + i * n);
      }
    }
  }

  private static void four(
      double f0,
      double f1,
      double f2,
      double f3,
      double[] b,
      int from,
      int n,
      double[] out,
      int to) {
    int b1 = from + n;
    int b2 = b1 + n;
    int b3 = b2 + n;
    for (int j = 0; j < n; j++) {
      out[to + j] += f0 * b[from + j] + f1 * b[b1 + j] + (f2 * b[b2 + j] + f3 * b[b3 + j]);
    }
  }

  private static void one(double factor, double[] b, int from, int n, double[] out, int to) {
    for (int j = 0; j < n; j++) {
      out[to + j] += factor * b[from + j];
    }
  }

  private void dots(
      double[] a, int ia, int step, int along, double[] b, int ib, double[] out, int at) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[at + i * columns + j] = dot(a, ia + i * step, along, b, ib + j * inner, inner);
      }
    }
  }

  private static double dot(double[] a, int ia, int along, double[] b, int ib, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      int p = ia + k * along;
      s0 += a[p] * b[ib + k];
      s1 += a[p + along] * b[ib + k + 1];
      s2 += a[p + 2 * along] * b[ib + k + 2];
      s3 += a[p + 3 * along] * b[ib + k + 3];
    }
    for (; k < n; k++) {
      s0 += a[ia + k * along] * b[ib + k];
    }
    return s0 + s1 + (s2 + s3);
  }
}
