package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Script;
import io.flowsvi.ppl.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A TorchScript method whose arguments and results are memory that Java owns, so that a run makes
 * no native array that outlives it.
 */
final class TorchScript implements Script {
  private static final String NAME = "step";

  private final TorchSource source;
  private final PtSymbolBlock module;
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final NDList inputs = new NDList();
  private final ByteBuffer results;
  private final int count;

  TorchScript(TorchSource source, ByteBuffer values, String body, List<Shape> shapes, int results) {
    this.source = source;
    this.count = results;
    this.results = source.transfer.memory(results);
    StringBuilder text = new StringBuilder("  def step(self: __torch__.M, values: Tensor");
    text.append(", results: Tensor");
    inputs.add(
        source.alias(values, Shape.of(values.limit() / source.transfer.bytes(1)), source.type));
    inputs.add(source.alias(this.results, Shape.of(results), source.type));
    for (int i = 0; i < shapes.size(); i++) {
      text.append(", a").append(i).append(": Tensor");
      ByteBuffer buffer = source.transfer.memory(shapes.get(i).size());
      buffers.add(buffer);
      sizes.add(shapes.get(i).size());
      inputs.add(source.alias(buffer, shapes.get(i), source.type));
    }
    text.append(") -> Tensor:\n").append(body);
    this.module = TorchModule.load(source.manager, text.toString());
    inputs.add(TorchModule.selector(source.manager, NAME));
  }

  @Override
  public void give(int argument, double[] values) {
    source.transfer.put(values, sizes.get(argument), buffers.get(argument));
  }

  @Override
  public void run() {
    JniUtils.setGradMode(false);
    // What libtorch's own passes find in a simplified graph is nothing that shows, and they take
    // hundreds of ms of the first two runs. The switch is this thread's.
    JniUtils.setGraphExecutorOptimize(false);
    try {
      IValueUtils.forward(module, inputs, true).close();
    } finally {
      JniUtils.setGraphExecutorOptimize(true);
    }
  }

  @Override
  public void read(int from, double[] target) {
    ByteBuffer rest = results.duplicate().order(ByteOrder.nativeOrder());
    rest.position(source.transfer.bytes(from));
    source.transfer.get(rest, target, 0, Math.min(count - from, target.length));
  }

  @Override
  public double last() {
    double[] one = new double[1];
    read(count - 1, one);
    return one[0];
  }

  /** So many results from the first on, flat; the caller closes the array. */
  PtNDArray first(int some) {
    return JniUtils.slice((PtNDArray) inputs.get(1), 0, 0, some, 1);
  }
}
