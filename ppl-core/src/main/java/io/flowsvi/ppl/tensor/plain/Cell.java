package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Tensor;

/** The handle of a plain tensor: its values, and its cotangent during a backward run. */
final class Cell {
  final double[] values;
  final boolean tracked;
  Tensor cotangent;

  Cell(double[] values, boolean tracked) {
    this.values = values;
    this.tracked = tracked;
  }
}
