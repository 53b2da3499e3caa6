package io.flowsvi.ppl.product;

/** One operation on arrays of fixed sizes, run after run; one thread at a time. */
@FunctionalInterface
public interface Kernel {
  /** Computes the result from the inputs' values. */
  void run(double[][] in, double[] out);
}
