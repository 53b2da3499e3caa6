package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Twin;
import java.nio.ByteBuffer;

/**
 * Numbers in memory that Java owns and libtorch computes in: readable after the session is closed,
 * and freed when nobody refers to them.
 */
record TorchVector(TorchTransfer transfer, int size, ByteBuffer buffer) implements Twin.Memory {
  static TorchVector of(TorchTransfer transfer, int size) {
    return new TorchVector(transfer, size, transfer.memory(size));
  }

  /** An array over this memory, to be closed with an arena. */
  PtNDArray in(TorchEngine engine) {
    return engine.keep(engine.source.alias(buffer, Shape.of(size), transfer.type()));
  }

  @Override
  public void write(double[] values) {
    transfer.put(values, size, buffer);
  }

  @Override
  public void read(double[] values) {
    transfer.get(buffer, values, 0, size);
  }
}
