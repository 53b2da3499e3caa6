package io.flowsvi.ppl.product;

/** Lays numbers that follow one another apart: rows of a matrix as columns of another. */
final class Transposition {
  private Transposition() {}

  /** A matrix of so many rows and columns by its columns. */
  static void of(double[] from, int start, int rows, int columns, double[] to) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      four(from, start + i * columns, columns, 0, columns, to, i, rows);
    }
    for (; i < rows; i++) {
      one(from, start + i * columns, 0, columns, to, i, rows);
    }
  }

  /** Some numbers of four rows as rows of four: number k of row r goes to at + k·wide + r. */
  static void four(
      double[] from, int start, int width, int low, int high, double[] to, int at, int wide) {
    int second = start + width;
    int third = second + width;
    int fourth = third + width;
    for (int k = low; k < high; k++) {
      int target = at + k * wide;
      to[target] = from[start + k];
      to[target + 1] = from[second + k];
      to[target + 2] = from[third + k];
      to[target + 3] = from[fourth + k];
    }
  }

  /** Some numbers of one row as a column. */
  static void one(double[] from, int start, int low, int high, double[] to, int at, int wide) {
    for (int k = low; k < high; k++) {
      to[at + k * wide] = from[start + k];
    }
  }
}
