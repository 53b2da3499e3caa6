package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.vector.Width;

/**
 * Arrays of floats, with a copy in doubles of each that is looked at from outside, made when it is
 * asked for first.
 */
final class Singles implements Numbers {
  private final float[][] arrays;
  private final double[][] outside;
  private float[] copies = {};

  Singles(int[] sizes) {
    arrays = new float[sizes.length][];
    outside = new double[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      arrays[i] = new float[sizes[i]];
    }
  }

  @Override
  public float[][] arrays() {
    return arrays;
  }

  @Override
  public void parameters(double[] values) {
    if (copies.length != values.length) {
      copies = new float[values.length];
    }
    arrays[Slots.PARAMETERS] = copies;
    Rounding.narrow(values, copies);
  }

  /** A new array each time: another one means other numbers. */
  @Override
  public void set(int slot, double[] values) {
    float[] own = new float[values.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = Width.narrowed(values[i]);
    }
    arrays[slot] = own;
  }

  @Override
  public double[] staged(int slot) {
    if (outside[slot] == null) {
      outside[slot] = new double[arrays[slot].length];
    }
    return outside[slot];
  }

  @Override
  public void put(int slot) {
    Rounding.narrow(staged(slot), arrays[slot]);
  }

  @Override
  public double[] read(int slot) {
    double[] to = staged(slot);
    Rounding.widen(arrays[slot], to);
    return to;
  }
}
