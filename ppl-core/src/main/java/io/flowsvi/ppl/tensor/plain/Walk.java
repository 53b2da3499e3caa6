package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Shape;

/**
 * A walk over the elements of a shape with one running offset per operand.
 *
 * <p>Neighbouring axes that every operand crosses with compatible strides are merged, so that the
 * inner loop is as long as possible.
 */
final class Walk {
  final int operands;
  int inner = 1;
  final int[] innerStride;
  final int[] offset;
  private final int[] sizes;
  private final int[][] strides;
  private final int[] counter;
  private int outerAxes;

  Walk(Shape over, int[]... operandStrides) {
    this.operands = operandStrides.length;
    int rank = over.rank();
    int[] merged = new int[rank];
    int[][] mergedStrides = new int[operands][rank];
    int count = 0;
    for (int axis = 0; axis < rank; axis++) {
      int size = over.dim(axis);
      if (size == 1) {
        continue;
      }
      boolean joins = count > 0;
      for (int k = 0; joins && k < operands; k++) {
        joins = mergedStrides[k][count - 1] == operandStrides[k][axis] * size;
      }
      if (joins) {
        merged[count - 1] *= size;
        count--;
      } else {
        merged[count] = size;
      }
      for (int k = 0; k < operands; k++) {
        mergedStrides[k][count] = operandStrides[k][axis];
      }
      count++;
    }
    innerStride = new int[operands];
    if (count > 0) {
      inner = merged[count - 1];
      for (int k = 0; k < operands; k++) {
        innerStride[k] = mergedStrides[k][count - 1];
      }
    }
    outerAxes = Math.max(0, count - 1);
    sizes = merged;
    strides = mergedStrides;
    counter = new int[outerAxes];
    offset = new int[operands];
  }

  /** Strides of an operand in a walk over a shape it broadcasts to: 0 where it repeats. */
  static int[] broadcast(Shape operand, Shape over) {
    int[] own = operand.strides();
    int[] strides = new int[over.rank()];
    int extra = over.rank() - operand.rank();
    for (int i = extra; i < strides.length; i++) {
      strides[i] = operand.dim(i - extra) == 1 ? 0 : own[i - extra];
    }
    return strides;
  }

  /** Moves the offsets to the next inner row; false at the end. */
  boolean next() {
    for (int axis = outerAxes - 1; axis >= 0; axis--) {
      counter[axis]++;
      for (int k = 0; k < operands; k++) {
        offset[k] += strides[k][axis];
      }
      if (counter[axis] < sizes[axis]) {
        return true;
      }
      for (int k = 0; k < operands; k++) {
        offset[k] -= strides[k][axis] * sizes[axis];
      }
      counter[axis] = 0;
    }
    return false;
  }
}
