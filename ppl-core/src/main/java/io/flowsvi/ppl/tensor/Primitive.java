package io.flowsvi.ppl.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * The closed list of operations an {@link Engine} must know; everything in {@link Tensor} is made
 * of them.
 *
 * <p>A primitive is pure: its result depends on its inputs and its own fields alone. {@link #shape}
 * gives the result's shape or throws a {@link ShapeException}. To add one: an entry here, its
 * derivative in {@code tensor.derivative.Derivatives}, a kernel in each engine, and a row in {@code
 * PrimitiveContract}.
 */
public sealed interface Primitive
    permits Unary,
        Binary,
        Primitive.Select,
        Primitive.Sum,
        Primitive.Max,
        Primitive.LogSumExp,
        Primitive.CumulativeSum,
        Primitive.Reshape,
        Primitive.Broadcast,
        Primitive.Permute,
        Primitive.Slice,
        Primitive.Pad,
        Primitive.Flip,
        Primitive.Concat,
        Primitive.Gather,
        Primitive.ScatterAdd,
        Primitive.TakeAlong,
        Primitive.PutAlong,
        Primitive.Matmul,
        Primitive.Affine,
        Primitive.Cholesky,
        Primitive.TriangularSolve,
        Primitive.LogAbsDet,
        Primitive.Inverse,
        Primitive.Convolve,
        Primitive.TransposeConvolve,
        Primitive.KernelConvolve,
        Primitive.StandardGamma {

  /** The shape of the result for inputs of these shapes. */
  Shape shape(Shape... inputs);

  /** Which half of a square matrix is read. */
  enum Triangle {
    /** On and below the diagonal. */
    LOWER,
    /** On and above the diagonal. */
    UPPER
  }

  /** Whether a matrix is taken as it is or transposed (last two axes). */
  enum Side {
    /** As it is. */
    PLAIN,
    /** Last two axes swapped. */
    TRANSPOSED
  }

  /** Where a running sum starts. */
  enum Direction {
    /** From index 0 up. */
    FORWARD,
    /** From the last index down. */
    BACKWARD
  }

  // Equality of the records met in nearly every step is written out: what a record has by itself is
  // linked when it is first used, and takes a cold JVM milliseconds each.

  /** Inputs (condition, a, b): a where the condition is not 0, else b; all broadcast. */
  record Select() implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0].broadcast(inputs[1]).broadcast(inputs[2]);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Select;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** The sum over the axes whose bits are set; those axes disappear. */
  record Sum(int axes) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return reduced(inputs[0], axes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sum o && o.axes == axes;
    }

    @Override
    public int hashCode() {
      return axes;
    }
  }

  /** The largest element over the axes whose bits are set; ties share the gradient. */
  record Max(int axes) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return reduced(inputs[0], axes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Max o && o.axes == axes;
    }

    @Override
    public int hashCode() {
      return axes;
    }
  }

  /** log Σ eˣ over the axes whose bits are set, stable; −∞ for a row of −∞. */
  record LogSumExp(int axes) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return reduced(inputs[0], axes);
    }
  }

  /** Running sums along an axis. */
  record CumulativeSum(int axis, Direction direction) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0];
    }
  }

  /** The same elements in row-major order under another shape. */
  record Reshape(Shape to) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      if (to.size() != inputs[0].size()) {
        throw new ShapeException(
            "Cannot reshape "
                + inputs[0]
                + " ("
                + inputs[0].size()
                + " elements) to "
                + to
                + " ("
                + to.size()
                + " elements).");
      }
      return to;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Reshape o && o.to.equals(to);
    }

    @Override
    public int hashCode() {
      return to.hashCode();
    }
  }

  /** Repeats along axes of size 1 and new leading axes. */
  record Broadcast(Shape to) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      if (!inputs[0].broadcast(to).equals(to)) {
        throw new ShapeException("Cannot expand " + inputs[0] + " to " + to + ".");
      }
      return to;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Broadcast o && o.to.equals(to);
    }

    @Override
    public int hashCode() {
      return to.hashCode();
    }
  }

  /** Axis i of the result is axis {@code axes.get(i)} of the input. */
  record Permute(List<Integer> axes) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return Shape.of(axes.stream().mapToInt(inputs[0]::dim).toArray());
    }
  }

  /** Indices from (included) to (excluded) of one axis. */
  record Slice(int axis, int from, int to) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      if (from < 0 || to < from || to > inputs[0].dim(axis)) {
        throw new ShapeException(
            "Cannot slice " + from + " to " + to + " of axis " + axis + " in " + inputs[0] + ".");
      }
      return inputs[0].with(axis, to - from);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Slice o && o.axis == axis && o.from == from && o.to == to;
    }

    @Override
    public int hashCode() {
      return 31 * (31 * axis + from) + to;
    }
  }

  /** Zeros before and after the elements of one axis. */
  record Pad(int axis, int before, int after) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0].with(axis, inputs[0].dim(axis) + before + after);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pad o && o.axis == axis && o.before == before && o.after == after;
    }

    @Override
    public int hashCode() {
      return 31 * (31 * axis + before) + after;
    }
  }

  /** One axis in reverse order. */
  record Flip(int axis) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0];
    }
  }

  /** Any number of inputs, joined along one axis; the other sizes must be equal. */
  record Concat(int axis) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      int total = 0;
      for (Shape s : inputs) {
        if (s.rank() != inputs[0].rank() || !s.with(axis, 0).equals(inputs[0].with(axis, 0))) {
          throw new ShapeException(
              "Cannot join " + Arrays.toString(inputs) + " along axis " + axis + ".");
        }
        total += s.dim(axis);
      }
      return inputs[0].with(axis, total);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Concat o && o.axis == axis;
    }

    @Override
    public int hashCode() {
      return axis;
    }
  }

  /** Inputs (x, index [N]): element n of the result's axis is element index[n] of x's. */
  record Gather(int axis) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      if (inputs[1].rank() != 1) {
        throw new ShapeException("Gather needs an index of rank 1, got " + inputs[1] + ".");
      }
      return inputs[0].with(axis, inputs[1].dim(0));
    }
  }

  /** The adjoint of Gather: inputs (g, index [N]); adds row n of g to row index[n] of zeros. */
  record ScatterAdd(int axis, int size) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0].with(axis, size);
    }
  }

  /**
   * Inputs (x, index) of the same rank, where index has size 1 on the axis and broadcasts to x on
   * the others: picks one element of the axis per row; the axis keeps size 1.
   */
  record TakeAlong(int axis) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      if (inputs[0].rank() != inputs[1].rank() || inputs[1].dim(axis) != 1) {
        throw new ShapeException(
            "TakeAlong needs an index of the rank of "
                + inputs[0]
                + " with size 1 on axis "
                + axis
                + ", got "
                + inputs[1]
                + ".");
      }
      return inputs[0].with(axis, 1).broadcast(inputs[1]);
    }
  }

  /** The adjoint of TakeAlong: inputs (g, index); zeros except at the index of each row. */
  record PutAlong(int axis, int size) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0].broadcast(inputs[1]).with(axis, size);
    }
  }

  /** Products of the last two axes, each taken plain or transposed; leading axes broadcast. */
  record Matmul(Side left, Side right) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      Shape a = inputs[0];
      Shape b = inputs[1];
      if (a.rank() < 2 || b.rank() < 2) {
        throw new ShapeException(
            "A matrix product needs two matrices, got " + a + " and " + b + ".");
      }
      int rows = a.dim(left == Side.PLAIN ? -2 : -1);
      int inner = a.dim(left == Side.PLAIN ? -1 : -2);
      int innerB = b.dim(right == Side.PLAIN ? -2 : -1);
      int columns = b.dim(right == Side.PLAIN ? -1 : -2);
      if (inner != innerB) {
        throw new ShapeException(
            "Inner sizes of a matrix product differ: "
                + a
                + " "
                + left
                + " times "
                + b
                + " "
                + right
                + ".");
      }
      return a.leading(-2).broadcast(b.leading(-2)).append(rows, columns);
    }
  }

  /** Inputs (x [..., I], weight [O, I], bias [O]): x·weightᵀ + bias, [..., O]. */
  record Affine() implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      Shape x = inputs[0];
      Shape w = inputs[1];
      if (x.rank() < 1
          || w.rank() != 2
          || x.dim(-1) != w.dim(1)
          || !inputs[2].equals(Shape.of(w.dim(0)))) {
        throw new ShapeException(
            "An affine map needs x [..., I], weight [O, I], bias [O]; got "
                + Arrays.toString(inputs)
                + ".");
      }
      return x.with(-1, w.dim(0));
    }
  }

  /** Lower L with L·Lᵀ = A, of symmetric positive definite [..., n, n]; NaN where A is not. */
  record Cholesky() implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return square("Cholesky", inputs[0]);
    }
  }

  /**
   * Inputs (A [..., n, n], B [..., n, m]): X with op(A)·X = B, A triangular; leading axes
   * broadcast.
   */
  record TriangularSolve(Triangle triangle, Side side) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      square("A triangular solve", inputs[0]);
      if (inputs[1].rank() < 2 || inputs[1].dim(-2) != inputs[0].dim(-1)) {
        throw new ShapeException("Cannot solve " + inputs[0] + " for " + inputs[1] + ".");
      }
      return inputs[0].leading(-2).broadcast(inputs[1].leading(-2)).append(inputs[1].trailing(2));
    }
  }

  /** log |det A| of [..., n, n]. */
  record LogAbsDet() implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return square("A determinant", inputs[0]).leading(-2);
    }
  }

  /** The inverse of [..., n, n]. */
  record Inverse() implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return square("An inverse", inputs[0]);
    }
  }

  /**
   * Inputs (x [N, C, H, W], kernel [O, C, h, w]): y [N, O, H', W'] with y[n, o, i, j] = Σ x[n, c, i
   * s + a − p, j s + b − p] kernel[o, c, a, b], zeros outside x; H' = (H + 2p − h) / s + 1, rounded
   * down. s is the stride, p the padding. The kernel is not flipped, as is the field's habit.
   *
   * <p>Together with its two adjoints it is closed under differentiation: each is linear in both
   * inputs, and its gradients are the other two.
   */
  record Convolve(int stride, int padding) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      Shape x = inputs[0];
      Shape kernel = inputs[1];
      if (x.rank() != 4 || kernel.rank() != 4 || x.dim(1) != kernel.dim(1)) {
        throw new ShapeException(
            "A convolution needs x [..., C, H, W] and a kernel [O, C, h, w], got "
                + x
                + " and "
                + kernel
                + ".");
      }
      int height = positions(x.dim(2), kernel.dim(2), stride, padding);
      int width = positions(x.dim(3), kernel.dim(3), stride, padding);
      return Shape.of(x.dim(0), kernel.dim(0), height, width);
    }
  }

  /**
   * The adjoint of Convolve towards x: inputs (y [N, O, H', W'], kernel [O, C, h, w]) to [N, C, H,
   * W] of the given height H and width W, which must be sizes that Convolve takes to H' and W'.
   */
  record TransposeConvolve(int stride, int padding, int height, int width) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      Shape y = inputs[0];
      Shape kernel = inputs[1];
      if (y.rank() != 4 || kernel.rank() != 4 || y.dim(1) != kernel.dim(0)) {
        throw new ShapeException(
            "A transposed convolution needs y [..., O, H, W] and a kernel [O, C, h, w], got "
                + y
                + " and "
                + kernel
                + ".");
      }
      if (positions(height, kernel.dim(2), stride, padding) != y.dim(2)
          || positions(width, kernel.dim(3), stride, padding) != y.dim(3)) {
        throw new ShapeException(
            "A convolution of stride "
                + stride
                + " and padding "
                + padding
                + " with "
                + kernel
                + " does not take images of "
                + height
                + " x "
                + width
                + " to those of "
                + y
                + ". Likely fix: an output padding from 0 to stride - 1.");
      }
      return Shape.of(y.dim(0), kernel.dim(1), height, width);
    }
  }

  /**
   * The adjoint of Convolve towards the kernel: inputs (x [N, C, H, W], y [N, O, H', W']) to a
   * kernel [O, C, h, w] of the given height h and width w.
   */
  record KernelConvolve(int stride, int padding, int height, int width) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      Shape x = inputs[0];
      Shape y = inputs[1];
      if (x.rank() != 4
          || y.rank() != 4
          || x.dim(0) != y.dim(0)
          || positions(x.dim(2), height, stride, padding) != y.dim(2)
          || positions(x.dim(3), width, stride, padding) != y.dim(3)) {
        throw new ShapeException(
            "A convolution of stride "
                + stride
                + " and padding "
                + padding
                + " with a kernel of "
                + height
                + " x "
                + width
                + " does not take "
                + x
                + " to "
                + y
                + ".");
      }
      return Shape.of(y.dim(1), x.dim(1), height, width);
    }
  }

  /** Standard gamma draws at the input's concentrations, keyed by the seed; implicit derivative. */
  record StandardGamma(Seed seed) implements Primitive {
    @Override
    public Shape shape(Shape... inputs) {
      return inputs[0];
    }
  }

  /** How many places a kernel has along one axis. */
  private static int positions(int size, int kernel, int stride, int padding) {
    int room = size + 2 * padding - kernel;
    if (stride < 1 || padding < 0 || kernel < 1 || room < 0) {
      throw new ShapeException(
          "A kernel of size "
              + kernel
              + " with stride "
              + stride
              + " and padding "
              + padding
              + " has no place on an axis of size "
              + size
              + ".");
    }
    return room / stride + 1;
  }

  private static Shape square(String what, Shape s) {
    if (s.rank() < 2 || s.dim(-1) != s.dim(-2)) {
      throw new ShapeException(what + " needs square matrices, got " + s + ".");
    }
    return s;
  }

  private static Shape reduced(Shape s, int axes) {
    int[] kept = new int[s.rank()];
    int count = 0;
    for (int i = 0; i < s.rank(); i++) {
      if ((axes >> i & 1) == 0) {
        kept[count++] = s.dim(i);
      }
    }
    return Shape.of(Arrays.copyOf(kept, count));
  }
}
