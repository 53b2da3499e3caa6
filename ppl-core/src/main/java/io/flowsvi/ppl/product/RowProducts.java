package io.flowsvi.ppl.product;

/** Products of rows of B by numbers of A, in the way that this JVM and their sizes suggest. */
final class RowProducts {
  private final RowSums rowSums;

  /** For results of up to so many rows and columns. */
  RowProducts(int rows, int columns) {
    rowSums = new RowSums(rows, columns);
  }

  /** Row i of the result: Σ over k of A(i, k) times the first n numbers of row k of B. */
  void run(
      double[] a,
      int ia,
      int step,
      int along,
      int rows,
      double[] b,
      int ib,
      int width,
      int n,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    if (RowSums.pay(n)) {
      rowSums.run(a, ia, step, along, rows, b, ib, width, n, inner, out, at, outWidth);
    } else {
      Blocks.outer(a, ia, step, along, rows, b, ib, width, n, inner, out, at, outWidth);
    }
  }
}
