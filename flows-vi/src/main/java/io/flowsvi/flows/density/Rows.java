package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;

/**
 * A table of numbers, one observation a row.
 *
 * @param values row by row; not copied, since data may be large: do not change it afterwards
 * @param columns numbers in a row
 */
public record Rows(double[] values, int columns) implements RowSource {
  /** Checks the sizes and that every number is finite. */
  public Rows {
    if (columns < 1 || values.length % columns != 0) {
      throw new PplException(
          values.length + " numbers are no whole rows of " + columns + " columns.");
    }
    for (int i = 0; i < values.length; i++) {
      check(values[i], i / columns, i % columns);
    }
  }

  private static void check(double value, int row, int column) {
    if (!Double.isFinite(value)) {
      throw new PplException(
          "Row "
              + (row + 1)
              + ", column "
              + (column + 1)
              + " is "
              + value
              + ". Likely fix: drop the row, or fill it in.");
    }
  }

  /** Checks one row of a table before it is stored. */
  static void check(double[] row, int columns, int number) {
    if (row.length != columns) {
      throw new PplException(
          "Row " + (number + 1) + " has " + row.length + " numbers, expected " + columns + ".");
    }
    for (int k = 0; k < columns; k++) {
      check(row[k], number, k);
    }
  }

  @Override
  public int count() {
    return values.length / columns;
  }

  @Override
  public double[] pick(int... numbers) {
    double[] picked = new double[numbers.length * columns];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(values, numbers[i] * columns, picked, i * columns, columns);
    }
    return picked;
  }
}
