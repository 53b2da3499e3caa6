package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.vector.Width;

/**
 * The arrays of a program, in its own width, as whoever is outside sees them: as doubles.
 *
 * <p>What comes in is staged in an array of doubles, filled, and then put where the code reads it.
 */
sealed interface Numbers permits Doubles, Singles {
  /** Arrays of these sizes, full of zeros. */
  static Numbers of(Width width, int[] sizes) {
    return width == Width.DOUBLE ? new Doubles(sizes) : new Singles(sizes);
  }

  /** What the code is given: a double[][] or a float[][]. */
  Object[] arrays();

  /** Lets the code read these parameters: where they are, or in a copy. */
  void parameters(double[] values);

  /** Lets a slot have these numbers, whose array is not changed afterwards. */
  void set(int slot, double[] values);

  /** The array to fill before {@link #put}: its last numbers are still in it. */
  double[] staged(int slot);

  /** Puts a slot's staged numbers where the code reads them. */
  void put(int slot);

  /** A slot's numbers after a run; not to be changed. */
  double[] read(int slot);

  /** Copies some numbers from one slot to another. */
  default void copy(int slot, int from, int target, int to, int count) {
    System.arraycopy(arrays()[slot], from, arrays()[target], to, count);
  }

  /** Shares another program's array of a slot. */
  default void share(int slot, Numbers other) {
    arrays()[slot] = other.arrays()[slot];
  }
}
