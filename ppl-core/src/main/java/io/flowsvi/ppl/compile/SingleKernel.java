package io.flowsvi.ppl.compile;

/** One operation on arrays of floats. */
@FunctionalInterface
interface SingleKernel {
  void run(float[][] in, float[] out);
}
