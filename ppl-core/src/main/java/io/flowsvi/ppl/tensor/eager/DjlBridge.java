package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Turns tensors of a {@code TORCH} arena into DJL arrays and back, for DJL blocks.
 *
 * <p>Traps, each measured on DJL 0.36.0: never combine an array with a Java number ({@code
 * mul(Number)} gives wrong gradients when the garbage collector runs before backward); {@code
 * toType} and {@code duplicate} cut the gradient; results belong to the first operand's manager, so
 * close them yourself or hand them to {@link #tensor}, which closes them with the arena.
 */
public final class DjlBridge {
  private DjlBridge() {}

  /** The native array of a tensor: borrowed, do not close it. */
  public static NDArray array(Tensor tensor, Engine engine) {
    return torch(engine).real(tensor);
  }

  /** A native array as a tensor of an arena, which closes it. Its gradient graph is kept. */
  public static Tensor tensor(NDArray array, Engine engine) {
    long[] dims = array.getShape().getShape();
    int[] sizes = new int[dims.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.toIntExact(dims[i]);
    }
    TorchEngine torch = torch(engine);
    PtNDArray kept = torch.keep((PtNDArray) array);
    TorchArray handle = TorchArray.real(kept);
    handle.tracked = true;
    return torch.wrap(handle, Shape.of(sizes));
  }

  private static TorchEngine torch(Engine engine) {
    if (engine instanceof TorchEngine torch) {
      return torch;
    }
    throw new PplException(
        "DJL arrays exist on the TORCH backend only. Open the session with"
            + " SessionSettings.of(seed).withBackend(Backend.TORCH).");
  }
}
