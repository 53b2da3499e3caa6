package io.flowsvi.ppl.product;

/** Products of rows of B by numbers of A, in the way that this JVM and their sizes suggest. */
final class RowProducts {
  private final RowSums rowSums;

  /** For results of up to so many rows and columns. */
  RowProducts(int rows, int columns) {
    rowSums = new RowSums(rows, columns);
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  void run(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (RowSums.pay(s.columns())) {
      rowSums.run(s, a, ia, b, ib, out, at);
    } else {
      Blocks.outer(s, a, ia, b, ib, out, at);
    }
  }
}
