package io.flowsvi.ppl.product;

/** One way in which a product of known sizes is made. */
interface Way {
  /** Computes the product of the matrices that begin at these numbers of the arrays. */
  void run(double[] a, int ia, double[] b, int ib, double[] out, int at);
}
