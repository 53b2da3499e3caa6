package io.flowsvi.ppl.tensor;

/** Starts with these numbers. */
record GivenNumbers(double[] numbers) implements Init {
  @Override
  public void fill(ParamLayout layout, Seed seed, double[] values) {
    if (numbers.length != values.length) {
      throw new ParameterException(
          "Init has "
              + numbers.length
              + " numbers for a layout of "
              + values.length
              + ": "
              + layout
              + ".");
    }
    System.arraycopy(numbers, 0, values, 0, numbers.length);
  }
}
