package io.flowsvi.ppl.tensor;

/**
 * A whole computation over the parameters of a {@link Residence} that its engine runs in one call:
 * no Java between its operations, and none of them tracked for a gradient.
 *
 * <p>Its arguments and results are memory that is kept from run to run. One thread at a time.
 */
public interface Script {
  /** Gives an argument numbers, which it has until it is given others. */
  void give(int argument, double[] values);

  /** Computes the results at the residence's present values. */
  void run();

  /** Copies the results from the first on to an array, as many as it holds. */
  default void read(double[] results) {
    read(0, results);
  }

  /** Copies the results from one of them on to an array, as many as it holds. */
  void read(int from, double[] results);

  /** The last result. */
  double last();
}
