package io.flowsvi.flows.net.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.eager.DjlBridge;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Any DJL block with one input and one output as a network; needs a {@code TORCH} session.
 *
 * <p>The block's parameters are copied into the scope once, when it is wrapped, and train there
 * with all others; the block's own copies stay as they are. It runs in inference mode: dropout is
 * off and running statistics do not move, so that a step is a function of its seed. Images may have
 * any shape: inputs {@code [..., inputs]} are given to the block as {@code [rows] + input}.
 */
public final class BlockNet implements Net {
  private final Block block;
  private final Shape input;
  private final int outputs;
  private final Map<Parameter, Param> params;

  private BlockNet(Block block, Shape input, int outputs, Map<Parameter, Param> params) {
    this.block = block;
    this.input = input;
    this.outputs = outputs;
    this.params = params;
  }

  /** The trained block of a model: its parameters as they are. */
  public static BlockNet of(ParamScope scope, Model model, int... input) {
    return of(scope, model.getBlock(), input);
  }

  /**
   * A block on inputs of a shape, without the batch. One that was never initialised starts with its
   * own initialisers, which draw from the engine's generator: initialise it yourself, with a seed,
   * for runs that can be repeated.
   */
  public static BlockNet of(ParamScope scope, Block block, int... input) {
    Shape shape = Shape.of(input);
    long[] batch = new long[input.length + 1];
    batch[0] = 1;
    for (int i = 0; i < input.length; i++) {
      batch[i + 1] = input[i];
    }
    ai.djl.ndarray.types.Shape in = new ai.djl.ndarray.types.Shape(batch);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      if (!block.isInitialized()) {
        block.initialize(manager, DataType.FLOAT32, in);
      }
      ai.djl.ndarray.types.Shape[] out =
          block.getOutputShapes(new ai.djl.ndarray.types.Shape[] {in});
      if (out.length != 1) {
        throw new ParameterException(
            "A DJL block with " + out.length + " outputs cannot be a network: it must have one.");
      }
      Map<Parameter, Param> params = new IdentityHashMap<>();
      block
          .getParameters()
          .forEach(
              pair -> {
                NDArray array = pair.getValue().getArray();
                String name = pair.getKey().replace('/', '.');
                params.put(
                    pair.getValue(), scope.param(name, shape(array), Init.of(numbers(array))));
              });
      return new BlockNet(block, shape, Math.toIntExact(out[0].size()), params);
    }
  }

  private static Shape shape(NDArray array) {
    long[] dims = array.getShape().getShape();
    int[] sizes = new int[dims.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(dims[i]);
    }
    return Shape.of(sizes);
  }

  private static double[] numbers(NDArray array) {
    Number[] boxed = array.toArray();
    double[] values = new double[boxed.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed[i].doubleValue();
    }
    return values;
  }

  @Override
  public int inputs() {
    return input.size();
  }

  @Override
  public int outputs() {
    return outputs;
  }

  /** Throws {@link PplException} outside a TORCH session. */
  @Override
  public Tensor apply(Tensor x) {
    Engine engine = Arena.current().engine();
    Shape batch = x.shape().leading(-1);
    Tensor rows = x.reshape(Shape.of(batch.size()).append(input));
    NDArray given = DjlBridge.array(rows, engine);
    Map<Parameter, NDArray> live = new IdentityHashMap<>();
    params.forEach((p, own) -> live.put(p, DjlBridge.array(own.value(), engine)));
    NDArray result;
    // Whatever the block makes on its way belongs to this scope and is closed here: autograd keeps
    // what it needs.
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = block.forward(new Live(given.getManager(), live), new NDList(given), false).get(0);
      NDScope.unregister(result);
    }
    return DjlBridge.tensor(result, engine).reshape(batch.append(outputs));
  }

  /** Hands a block the arena's arrays in place of its own. */
  private static final class Live extends ParameterStore {
    private final Map<Parameter, NDArray> arrays;

    Live(NDManager manager, Map<Parameter, NDArray> arrays) {
      super(manager, false);
      this.arrays = arrays;
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
      return arrays.get(parameter);
    }
  }
}
