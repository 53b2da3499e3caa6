package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;

/**
 * Native memory for a flat copy of the parameters, used again from step to step.
 *
 * <p>The array shares the buffer's memory, so this object must live as long as any view of it: an
 * arena takes a mirror, and gives it back when its arrays are closed.
 */
record TorchMirror(int size, ByteBuffer buffer, PtNDArray array, TorchTransfer transfer) {
  /** Copies the first numbers of an array into native memory. */
  void fill(double[] values) {
    buffer.clear();
    transfer.put(values, size, buffer);
  }
}
