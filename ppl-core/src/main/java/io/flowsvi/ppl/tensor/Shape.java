package io.flowsvi.ppl.tensor;

import java.util.Arrays;

/**
 * The sizes of a tensor's axes, outermost first.
 *
 * <p>Immutable. Axis arguments may be negative: −1 is the last axis. A rank-0 shape is a scalar and
 * has size 1.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);
  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    this.dims = dims;
    long product = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeException("A shape has no negative sizes, got " + Arrays.toString(dims));
      }
      product *= d;
    }
    if (product > Integer.MAX_VALUE) {
      throw new ShapeException("Shape " + Arrays.toString(dims) + " has more than 2^31 elements.");
    }
    this.size = (int) product;
  }

  /** The shape with these sizes, outermost first. */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** The shape of a single number: no axes. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** How many axes there are. */
  public int rank() {
    return dims.length;
  }

  /** The size of one axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /** How many elements a tensor of this shape has. */
  public int size() {
    return size;
  }

  /** All sizes, outermost first. */
  public int[] dims() {
    return dims.clone();
  }

  /** The non-negative index of an axis. Throws {@link ShapeException} where there is none. */
  public int axis(int axis) {
    int positive = axis < 0 ? axis + dims.length : axis;
    if (positive < 0 || positive >= dims.length) {
      throw new ShapeException("Axis " + axis + " does not exist in shape " + this + ".");
    }
    return positive;
  }

  /** This shape followed by the axes of another. */
  public Shape append(Shape inner) {
    if (inner.rank() == 0) {
      return this;
    }
    int[] joined = Arrays.copyOf(dims, dims.length + inner.dims.length);
    System.arraycopy(inner.dims, 0, joined, dims.length, inner.dims.length);
    return new Shape(joined);
  }

  /** This shape followed by axes of these sizes. */
  public Shape append(int... inner) {
    return append(Shape.of(inner));
  }

  /** The axes from one index up to, not including, another. */
  public Shape slice(int from, int to) {
    return from == 0 && to == dims.length ? this : Shape.of(Arrays.copyOfRange(dims, from, to));
  }

  /** The first axes; a negative count leaves out that many at the end. */
  public Shape leading(int count) {
    return slice(0, count < 0 ? dims.length + count : count);
  }

  /** The last axes. */
  public Shape trailing(int count) {
    return slice(dims.length - count, dims.length);
  }

  /** This shape with another size on one axis. */
  public Shape with(int axis, int size) {
    int[] changed = dims.clone();
    changed[axis(axis)] = size;
    return new Shape(changed);
  }

  /** This shape without one axis. */
  public Shape without(int axis) {
    int at = axis(axis);
    return slice(0, at).append(slice(at + 1, dims.length));
  }

  /** This shape with a new axis at an index between 0 and the rank. */
  public Shape insert(int at, int size) {
    return slice(0, at).append(size).append(slice(at, dims.length));
  }

  /** Whether two tensors of these shapes can be combined element by element. */
  public boolean canBroadcastWith(Shape other) {
    int common = Math.min(rank(), other.rank());
    for (int i = 1; i <= common; i++) {
      int a = dims[rank() - i];
      int b = other.dims[other.rank() - i];
      if (a != b && a != 1 && b != 1) {
        return false;
      }
    }
    return true;
  }

  /** The common shape of both by numpy's rules. Throws {@link ShapeException} if there is none. */
  public Shape broadcast(Shape other) {
    if (equals(other)) {
      return this;
    }
    if (!canBroadcastWith(other)) {
      throw new ShapeException(
          "Shapes "
              + this
              + " and "
              + other
              + " do not fit: sizes must be equal or 1, from the right.");
    }
    int rank = Math.max(rank(), other.rank());
    int[] joined = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? dims[rank() - i] : 1;
      int b = i <= other.rank() ? other.dims[other.rank() - i] : 1;
      joined[rank - i] = a == 1 ? b : a;
    }
    return new Shape(joined);
  }

  /** Row-major strides, in elements. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Sizes in round brackets, for example {@code (16, 8)}. */
  @Override
  public String toString() {
    String inner = Arrays.toString(dims);
    return "(" + inner.substring(1, inner.length() - 1) + ")";
  }
}
