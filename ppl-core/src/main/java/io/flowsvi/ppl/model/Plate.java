package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.List;

/**
 * Conditionally independent rows, by name.
 *
 * <p>A batch plate holds some rows of a larger data set; whoever sums over it multiplies by {@code
 * fullSize / size}, for log p and log q alike.
 */
public final class Plate {
  private final String name;
  private final int[] rowIds;
  private final int size;
  private final long fullSize;

  private Plate(String name, int[] rowIds, int size, long fullSize) {
    this.name = name;
    this.rowIds = rowIds;
    this.size = size;
    this.fullSize = fullSize;
    if (name == null || name.isBlank()) {
      throw new PplException("A plate needs a name: it is the address of its axis.");
    }
    if (size < 0 || fullSize < size) {
      throw new PplException(
          "Plate '"
              + name
              + "' has "
              + size
              + " rows of a full size of "
              + fullSize
              + "; the full size must be at least the number of rows.");
    }
  }

  /** A plate with all its rows. */
  public static Plate of(String name, int size) {
    return new Plate(name, new int[0], size, size);
  }

  /** A plate with some rows, by id, of a data set of {@code fullSize} rows. */
  public static Plate batch(String name, int[] rowIds, long fullSize) {
    return new Plate(name, rowIds.clone(), rowIds.length, fullSize);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** How many rows are here. */
  public int size() {
    return size;
  }

  /** How many rows there are in all. */
  public long fullSize() {
    return fullSize;
  }

  /** fullSize / size: what a sum over the rows here is multiplied by. */
  public double scale() {
    return size == 0 ? 0 : (double) fullSize / size;
  }

  /** What a sum over the rows of all these plates is multiplied by. */
  static double scale(List<Plate> plates) {
    double scale = 1;
    for (Plate plate : plates) {
      scale *= plate.scale();
    }
    return scale;
  }

  /** Whether only some rows are here. */
  public boolean isBatch() {
    return rowIds.length > 0;
  }

  /** The ids of the rows: given ones, or 0, 1, 2 … */
  public long[] rowIds() {
    long[] ids = new long[size];
    for (int i = 0; i < size; i++) {
      ids[i] = rowIds.length > 0 ? rowIds[i] : i;
    }
    return ids;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plate p
        && name.equals(p.name)
        && size == p.size
        && fullSize == p.fullSize
        && Arrays.equals(rowIds, p.rowIds);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + size;
  }

  @Override
  public String toString() {
    return name + "(" + size + (fullSize == size ? "" : " of " + fullSize) + ")";
  }
}
