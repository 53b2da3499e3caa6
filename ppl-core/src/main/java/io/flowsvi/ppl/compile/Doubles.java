package io.flowsvi.ppl.compile;

/** Arrays of doubles: inside and outside are the same. */
final class Doubles implements Numbers {
  private final double[][] arrays;

  Doubles(int[] sizes) {
    arrays = new double[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      arrays[i] = new double[sizes[i]];
    }
  }

  @Override
  public double[][] arrays() {
    return arrays;
  }

  @Override
  public void parameters(double[] values) {
    arrays[Slots.PARAMETERS] = values;
  }

  @Override
  public void set(int slot, double[] values) {
    arrays[slot] = values;
  }

  @Override
  public double[] staged(int slot) {
    return arrays[slot];
  }

  @Override
  public void put(int slot) {
    // They are there already.
  }

  @Override
  public double[] read(int slot) {
    return arrays[slot];
  }
}
