package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Twin;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers in memory that Java owns and libtorch computes in: readable after the session is closed,
 * and freed when nobody refers to them.
 */
record TorchVector(TorchTransfer transfer, int size, ByteBuffer buffer) implements Twin.Memory {
  static TorchVector of(TorchTransfer transfer, int size) {
    int bytes = Math.max(1, transfer.bytes(size));
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    buffer.limit(transfer.bytes(size));
    return new TorchVector(transfer, size, buffer);
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
