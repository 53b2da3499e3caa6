package io.flowsvi.ppl.product;

import java.util.Arrays;
import java.util.Optional;

/**
 * Where the ones of a mask stand, row by row: row r has them from {@code from[r]} to before {@code
 * to[r]}; an empty row has both at 0.
 */
record Ranges(int[] from, int[] to) {
  /** Of a mask by rows; empty where a row has other numbers than 0 and 1, or ones in two places. */
  static Optional<Ranges> of(double[] mask, int rows, int columns) {
    Ranges ranges = new Ranges(new int[rows], new int[rows]);
    for (int r = 0; r < rows; r++) {
      int k = r * columns;
      int end = k + columns;
      while (k < end && mask[k] == 0) {
        k++;
      }
      int first = k;
      while (k < end && mask[k] == 1) {
        k++;
      }
      if (k > first) {
        ranges.from[r] = first - r * columns;
        ranges.to[r] = k - r * columns;
      }
      while (k < end && mask[k] == 0) {
        k++;
      }
      if (k < end) {
        return Optional.empty();
      }
    }
    return Optional.of(ranges);
  }

  /** Of no rows at all. */
  static Ranges none() {
    return new Ranges(new int[0], new int[0]);
  }

  boolean isEmpty(int row) {
    return from[row] == to[row];
  }

  /** Where the ones of any of some rows begin. */
  int first(int row, int count) {
    int first = Integer.MAX_VALUE;
    for (int r = row; r < row + count; r++) {
      first = isEmpty(r) ? first : Math.min(first, from[r]);
    }
    return first == Integer.MAX_VALUE ? 0 : first;
  }

  /** Where the ones of all of some rows have ended. */
  int end(int row, int count) {
    int end = 0;
    for (int r = row; r < row + count; r++) {
      end = Math.max(end, to[r]);
    }
    return end;
  }

  /**
   * Copies some rows and columns of a matrix, whose rows are {@code width} apart, with zeros for
   * what the mask leaves out.
   */
  void copy(
      int row, int rows, int column, int columns, double[] b, int ib, int width, double[] to) {
    Arrays.fill(to, 0, rows * columns, 0);
    for (int r = 0; r < rows; r++) {
      int low = Math.max(column, from[row + r]);
      int high = Math.min(column + columns, this.to[row + r]);
      for (int c = low; c < high; c++) {
        to[r * columns + c - column] = b[ib + (row + r) * width + c];
      }
    }
  }
}
