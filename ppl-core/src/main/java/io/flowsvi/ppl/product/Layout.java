package io.flowsvi.ppl.product;

/** A layout of B from which products are made. */
interface Layout {
  /** Lays out a B that begins here, if that was not done before. */
  void lay(double[] b, int ib);

  /** Computes the product of a matrix A and the B that was laid out last. */
  void run(double[] a, int ia, double[] out, int at);
}
