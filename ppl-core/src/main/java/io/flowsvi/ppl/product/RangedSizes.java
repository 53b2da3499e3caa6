package io.flowsvi.ppl.product;

/**
 * The sizes of a product of matrices [rows, inner] and [inner, columns] with a range of numbers in
 * each row of one of its arrays.
 *
 * @param turnedA whether A is stored by columns
 * @param ranges where the numbers of each row are
 */
record RangedSizes(int rows, int inner, int columns, boolean turnedA, Ranges ranges) {
  /** From one row of A to the next. */
  int step() {
    return turnedA ? 1 : inner;
  }

  /** From one number of a row of A to the next. */
  int along() {
    return turnedA ? rows : 1;
  }

  /** Whether numbers of a row of A are pages apart, so that it is laid out by rows first. */
  boolean isFar() {
    return Products.isFar(turnedA, inner, columns);
  }
}
