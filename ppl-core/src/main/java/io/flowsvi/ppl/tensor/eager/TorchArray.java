package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * The handle of a tensor in libtorch: one content in up to three native types, made when needed.
 *
 * <p>Comparisons give booleans that mostly feed a select; data may be whole numbers that feed a
 * gather. Neither becomes floating point before somebody computes with it.
 */
final class TorchArray {
  PtNDArray real;
  PtNDArray truth;
  PtNDArray whole;

  /** Whether a gradient can flow through: DJL cannot tell for anything but leaves. */
  boolean tracked;

  private TorchArray(PtNDArray real, PtNDArray truth, PtNDArray whole) {
    this.real = real;
    this.truth = truth;
    this.whole = whole;
  }

  static TorchArray real(PtNDArray array) {
    return new TorchArray(array, null, null);
  }

  static TorchArray truth(PtNDArray array) {
    return new TorchArray(null, array, null);
  }

  static TorchArray whole(PtNDArray array) {
    return new TorchArray(null, null, array);
  }
}
