package io.flowsvi.ppl.product;

/** Products of rows of B by numbers of A, in the way that this JVM and their sizes suggest. */
final class RowProducts implements Way {
  private final Sizes sizes;
  private final RowSums rowSums;

  /** With scratch space that products made one after another may share. */
  RowProducts(Sizes sizes, RowSums rowSums) {
    this.sizes = sizes;
    this.rowSums = rowSums;
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (RowSums.pay(sizes.columns())) {
      rowSums.run(sizes, a, ia, b, ib, out, at);
    } else {
      Blocks.outer(sizes, a, ia, b, ib, out, at);
    }
  }
}
