package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernels;

/**
 * The kernel of each operation that is not a loop; one that has none here uses the plain engine's.
 */
final class Calls {
  private Calls() {}

  /** Computes a result into its array. */
  interface Kernel {
    void run(double[][] in, double[] out);
  }

  static Kernel of(Node node, Plan plan) {
    Primitive op = ((Node.Operation) node.kind()).primitive();
    Shape[] shapes = node.inputs().stream().map(Node::shape).toArray(Shape[]::new);
    if (op instanceof Primitive.Matmul product) {
      boolean data = plan.isFixed(node.inputs().get(1));
      return new Products(product, node.shape(), shapes[0], shapes[1], data);
    }
    if (op instanceof Primitive.Gather gather) {
      return rows(node, plan, shapes[0], gather.axis())::gather;
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      return rows(node, plan, node.shape(), scatter.axis())::scatter;
    }
    return (in, out) -> {
      double[] result = Kernels.run(op, node.shape(), in, shapes);
      System.arraycopy(result, 0, out, 0, out.length);
    };
  }

  private static Rows rows(Node node, Plan plan, Shape shape, int axis) {
    Node index = node.inputs().get(1);
    return new Rows(index.shape().size(), shape, axis, plan.isFixed(index));
  }
}
