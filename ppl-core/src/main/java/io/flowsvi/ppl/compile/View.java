package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * How the elements of a node lie in the array of another: element i is at offset + Σ i·stride.
 *
 * @param source whose array
 * @param offset of the first element
 * @param strides one for each axis of the viewed shape
 */
record View(Node source, int offset, int[] strides) {
  /** A node's own array. */
  static View own(Node node) {
    return new View(node, 0, node.shape().strides());
  }

  /** Whether this is the whole array in its own order. */
  boolean isWhole(Shape shape) {
    return offset == 0 && shape.size() == source.shape().size() && isContiguous(shape);
  }

  private boolean isContiguous(Shape shape) {
    int[] own = shape.strides();
    for (int i = 0; i < own.length; i++) {
      if (shape.dim(i) != 1 && strides[i] != own[i]) {
        return false;
      }
    }
    return true;
  }

  /** This view through an operation that only moves elements; empty if strides cannot say it. */
  Optional<View> through(Primitive op, Shape from, Shape to) {
    if (op instanceof Primitive.Broadcast) {
      return Optional.of(new View(source, offset, broadcast(from, to)));
    }
    int[] moved = strides.clone();
    if (op instanceof Primitive.Permute permute) {
      for (int i = 0; i < moved.length; i++) {
        moved[i] = strides[permute.axes().get(i)];
      }
      return Optional.of(new View(source, offset, moved));
    }
    if (op instanceof Primitive.Slice slice) {
      return Optional.of(new View(source, offset + slice.from() * strides[slice.axis()], moved));
    }
    if (op instanceof Primitive.Flip flip) {
      moved[flip.axis()] *= -1;
      int last = (from.dim(flip.axis()) - 1) * strides[flip.axis()];
      return Optional.of(new View(source, offset + last, moved));
    }
    Optional<int[]> reshaped = reshape(from, to);
    return reshaped.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(source, offset, reshaped.get()));
  }

  /** Strides over a shape that the viewed one broadcasts to. */
  int[] broadcast(Shape from, Shape to) {
    int[] wide = new int[to.rank()];
    int extra = to.rank() - from.rank();
    for (int i = extra; i < wide.length; i++) {
      wide[i] = from.dim(i - extra) == 1 ? 0 : strides[i - extra];
    }
    return wide;
  }

  /** Strides of the same elements under another shape, where axes only merge evenly or split. */
  private Optional<int[]> reshape(Shape from, Shape to) {
    if (isContiguous(from)) {
      return Optional.of(to.strides());
    }
    int[] sizes = new int[from.rank()];
    int[] steps = new int[from.rank()];
    int count = 0;
    for (int i = 0; i < from.rank(); i++) {
      if (from.dim(i) != 1) {
        sizes[count] = from.dim(i);
        steps[count++] = strides[i];
      }
    }
    int[] result = new int[to.rank()];
    int at = 0;
    int axis = 0;
    while (axis < to.rank()) {
      if (to.dim(axis) == 1) {
        axis++;
        continue;
      }
      // The smallest runs of old and new axes with the same number of elements.
      int first = at;
      int start = axis;
      long old = sizes[at++];
      long made = to.dim(axis++);
      while (old != made) {
        if (old < made) {
          old *= sizes[at++];
        } else {
          made *= to.dim(axis++);
        }
      }
      for (int i = first; i < at - 1; i++) {
        if (steps[i] != steps[i + 1] * sizes[i + 1]) {
          return Optional.empty();
        }
      }
      int step = steps[at - 1];
      for (int i = axis - 1; i >= start; i--) {
        result[i] = step;
        step *= to.dim(i);
      }
    }
    return Optional.of(result);
  }

  /** Strides over the axes of a shape that are not 1. */
  static int[] squeezed(Shape shape, int[] strides) {
    int[] kept = new int[strides.length];
    int count = 0;
    for (int i = 0; i < strides.length; i++) {
      if (shape.dim(i) != 1) {
        kept[count++] = strides[i];
      }
    }
    return Arrays.copyOf(kept, count);
  }

  @Override
  public String toString() {
    return "%" + source.number() + "[" + offset + " + " + Arrays.toString(strides) + "]";
  }
}
