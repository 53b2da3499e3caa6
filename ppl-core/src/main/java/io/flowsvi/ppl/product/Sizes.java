package io.flowsvi.ppl.product;

/**
 * The sizes of a product AB and how its arrays lie, counted from where each begins: A(i, k) at
 * {@code i·step + k·along}, B(k, j) at {@code k·down + j·aside}, the result's (i, j) at {@code
 * i·wide + j}.
 *
 * @param rows of A and of the result
 * @param inner columns of A, rows of B
 * @param columns of B and of the result
 */
record Sizes(int rows, int inner, int columns, int step, int along, int down, int aside, int wide) {
  /** Longer columns of A are laid out as rows. */
  private static final int LONG = 64;

  /** All three arrays by rows, without gaps. */
  static Sizes of(int rows, int inner, int columns) {
    return new Sizes(rows, inner, columns, inner, 1, columns, 1, columns);
  }

  /** With A, [rows, inner], stored by columns. */
  Sizes turnedA() {
    return new Sizes(rows, inner, columns, 1, rows, down, aside, wide);
  }

  /** With B, [inner, columns], stored by columns. */
  Sizes turnedB() {
    return turnedB(inner);
  }

  /** With B stored by columns, so far apart. */
  Sizes turnedB(int apart) {
    return new Sizes(rows, inner, columns, step, along, 1, apart, wide);
  }

  /** With rows of A so far apart. */
  Sizes withStep(int other) {
    return new Sizes(rows, inner, columns, other, along, down, aside, wide);
  }

  /** With B stored by rows, so far apart. */
  Sizes withDown(int other) {
    return new Sizes(rows, inner, columns, step, along, other, 1, wide);
  }

  /** With rows of the result so far apart. */
  Sizes withWide(int other) {
    return new Sizes(rows, inner, columns, step, along, down, aside, other);
  }

  /** A part of the product: the arrays lie as before, what begins where is for the caller. */
  Sizes part(int someRows, int someInner, int someColumns) {
    return new Sizes(someRows, someInner, someColumns, step, along, down, aside, wide);
  }

  /** Whether an A is better laid out by rows first: the numbers of a row are pages apart. */
  boolean isFar() {
    return along != 1 && inner >= LONG && columns >= LONG / 2;
  }
}
