package io.flowsvi.ppl.compile;

import java.util.Arrays;

/**
 * Which element of an array a turn of a loop nest touches: offset + Σ index·stride.
 *
 * @param slot which array
 * @param offset of the first turn
 * @param strides one for each axis of the nest, outermost first
 */
record Access(int slot, int offset, int[] strides) {
  /** How many loops, from outside, the element depends on. */
  int level() {
    int level = strides.length;
    while (level > 0 && strides[level - 1] == 0) {
      level--;
    }
    return level;
  }

  /** This access where the array has more numbers before it. */
  Access from(int start) {
    return new Access(slot, offset + start, strides);
  }

  /** This access when axis and the next one, of this size, become one. */
  Access merged(int axis) {
    int[] fewer = new int[strides.length - 1];
    for (int i = 0; i < fewer.length; i++) {
      fewer[i] = strides[i < axis ? i : i + 1];
    }
    return new Access(slot, offset, fewer);
  }

  /** This access when an axis becomes the innermost. */
  Access movedInside(int axis) {
    int[] moved = strides.clone();
    System.arraycopy(strides, axis + 1, moved, axis, strides.length - axis - 1);
    moved[strides.length - 1] = strides[axis];
    return new Access(slot, offset, moved);
  }

  /** Whether both axes can be one, the inner having this size. */
  boolean merges(int axis, int inner) {
    return strides[axis] == strides[axis + 1] * inner;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Access a
        && slot == a.slot
        && offset == a.offset
        && Arrays.equals(strides, a.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * slot + offset) + Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    return "array " + slot + "[" + offset + " + " + Arrays.toString(strides) + "]";
  }
}
