package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;

/**
 * A table of whole numbers 0 … 255, kept as bytes: the pixels of images at an eighth of the room.
 *
 * @param bytes row by row, unsigned; not copied: do not change it afterwards
 * @param columns numbers in a row
 */
public record ByteRows(byte[] bytes, int columns) implements RowSource {
  /** Checks the sizes. */
  public ByteRows {
    if (columns < 1 || bytes.length % columns != 0) {
      throw new PplException(
          bytes.length + " numbers are no whole rows of " + columns + " columns.");
    }
  }

  @Override
  public int count() {
    return bytes.length / columns;
  }

  @Override
  public double[] pick(int... numbers) {
    double[] picked = new double[numbers.length * columns];
    for (int i = 0; i < numbers.length; i++) {
      for (int k = 0; k < columns; k++) {
        picked[i * columns + k] = bytes[numbers[i] * columns + k] & 0xff;
      }
    }
    return picked;
  }
}
