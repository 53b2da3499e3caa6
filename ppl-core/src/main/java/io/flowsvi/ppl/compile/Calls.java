package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernels;
import java.util.Optional;

/**
 * The kernel of each operation that is not a loop: those of products and the like, or else one of
 * the plain engine.
 */
final class Calls {
  /** Up to here floats have all whole numbers. */
  private static final int EXACT = 1 << 24;

  private Calls() {}

  /** A kernel of doubles. */
  static Kernel of(Node node, Plan plan, Slots slots) {
    Optional<Kernel> own =
        io.flowsvi.ppl.product.Calls.of(
            node, starts(node, plan, slots), slots.start(node), data(node, plan));
    return own.isPresent() ? own.get() : plain(node);
  }

  /** A kernel of floats. */
  static io.flowsvi.ppl.product.single.Kernel singles(Node node, Plan plan, Slots slots) {
    if (node.kind() instanceof Node.Operation operation) {
      requireExactIndex(operation.primitive(), node);
    }
    Optional<io.flowsvi.ppl.product.single.Kernel> own =
        io.flowsvi.ppl.product.single.Calls.of(
            node, starts(node, plan, slots), slots.start(node), data(node, plan));
    return own.isPresent() ? own.get() : new Widened(plain(node), node);
  }

  private static int[] starts(Node node, Plan plan, Slots slots) {
    int[] starts = new int[node.inputs().size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = slots.start(plan.array(node.inputs().get(i)));
    }
    return starts;
  }

  private static boolean[] data(Node node, Plan plan) {
    boolean[] data = new boolean[node.inputs().size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = plan.isFixed(node.inputs().get(i));
    }
    return data;
  }

  private static Kernel plain(Node node) {
    Primitive op = ((Node.Operation) node.kind()).primitive();
    Shape[] shapes = node.inputs().stream().map(Node::shape).toArray(Shape[]::new);
    Optional<Kernel> kernel = Kernels.kernel(op, node.shape(), shapes);
    return kernel.isPresent() ? kernel.get() : copying(op, node.shape(), shapes);
  }

  private static Kernel copying(Primitive op, Shape shape, Shape[] shapes) {
    return (in, out) -> {
      double[] result = Kernels.run(op, shape, in, shapes);
      System.arraycopy(result, 0, out, 0, out.length);
    };
  }

  private static void requireExactIndex(Primitive op, Node node) {
    Shape first = node.inputs().get(0).shape();
    int size =
        op instanceof Primitive.Gather gather
            ? first.dim(gather.axis())
            : op instanceof Primitive.TakeAlong take
                ? first.dim(take.axis())
                : op instanceof Primitive.ScatterAdd scatter
                    ? node.shape().dim(scatter.axis())
                    : op instanceof Primitive.PutAlong put ? node.shape().dim(put.axis()) : 0;
    if (size > EXACT) {
      throw new RecordingException(
          "An index into an axis of size "
              + size
              + ": single precision has all whole numbers up to "
              + EXACT
              + " only. Likely fix: Precision.FLOAT64.");
    }
  }
}
