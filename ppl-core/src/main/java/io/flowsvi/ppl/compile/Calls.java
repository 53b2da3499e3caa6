package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.product.MaskedProducts;
import io.flowsvi.ppl.product.Products;
import io.flowsvi.ppl.product.Substitution;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernel;
import io.flowsvi.ppl.tensor.plain.Kernels;

/**
 * The kernel of each operation that is not a loop; one that has none here uses the plain engine's.
 */
final class Calls {
  private Calls() {}

  static Kernel of(Node node, Plan plan, Slots slots) {
    Shape[] shapes = node.inputs().stream().map(Node::shape).toArray(Shape[]::new);
    int[] starts = node.inputs().stream().mapToInt(n -> slots.start(plan.array(n))).toArray();
    int to = slots.start(node);
    if (node.kind() instanceof Node.Masked masked) {
      MaskedProducts products = masked(masked, node.shape(), shapes);
      return (in, out) -> products.run(in[0], starts[0], in[1], starts[1], in[2], out, to);
    }
    Primitive op = ((Node.Operation) node.kind()).primitive();
    if (op instanceof Primitive.Matmul product) {
      Products.Lifetime lifetime = lifetime(plan, node.inputs().get(1));
      Products products = Kernels.products(product, node.shape(), shapes, lifetime);
      return (in, out) -> products.run(in[0], starts[0], in[1], starts[1], out, to);
    }
    if (op instanceof Primitive.Gather gather) {
      return rows(node, plan, shapes[0], gather.axis())::gather;
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      return rows(node, plan, node.shape(), scatter.axis())::scatter;
    }
    if (op instanceof Primitive.TriangularSolve solve && isShared(shapes)) {
      Substitution.Half half = Substitution.Half.valueOf(solve.triangle().name());
      boolean transposed = solve.side() == Primitive.Side.TRANSPOSED;
      int n = shapes[0].dim(-1);
      int sides = node.shape().size() / Math.max(1, n);
      Products.Lifetime lifetime = lifetime(plan, node.inputs().get(0));
      Substitution systems = new Substitution(n, sides, half, transposed, lifetime);
      return (in, out) -> systems.run(in[0], in[1], out);
    }
    return Kernels.kernel(op, node.shape(), shapes).orElseGet(() -> copying(op, node, shapes));
  }

  private static Products.Lifetime lifetime(Plan plan, Node operand) {
    return plan.isFixed(operand) ? Products.Lifetime.DATA : Products.Lifetime.STEP;
  }

  private static MaskedProducts masked(Node.Masked kind, Shape result, Shape[] shapes) {
    boolean turnedA = kind.product().left() == Primitive.Side.TRANSPOSED;
    boolean turnedB = kind.product().right() == Primitive.Side.TRANSPOSED;
    int inner = shapes[0].dim(turnedA ? 0 : 1);
    MaskedProducts.Part part = MaskedProducts.Part.valueOf(kind.part().name());
    return new MaskedProducts(result.dim(0), inner, result.dim(1), turnedA, turnedB, part);
  }

  private static Kernel copying(Primitive op, Node node, Shape[] shapes) {
    return (in, out) -> {
      double[] result = Kernels.run(op, node.shape(), in, shapes);
      System.arraycopy(result, 0, out, 0, out.length);
    };
  }

  /** Whether one matrix serves all right-hand sides, each of which is a vector. */
  private static boolean isShared(Shape[] shapes) {
    return shapes[0].leading(-2).size() == 1 && shapes[1].dim(-1) == 1;
  }

  private static Rows rows(Node node, Plan plan, Shape shape, int axis) {
    Node index = node.inputs().get(1);
    return new Rows(index.shape().size(), shape, axis, plan.isFixed(index));
  }

  /** A kernel of doubles on floats. */
  static SingleKernel singles(Node node, Plan plan, Slots slots) {
    Kernel kernel = of(node, plan, slots);
    double[][] inputs = new double[node.inputs().size()][];
    double[] result = new double[slots.start(node) + node.shape().size()];
    return (in, out) -> {
      for (int k = 0; k < in.length; k++) {
        if (inputs[k] == null || inputs[k].length != in[k].length) {
          inputs[k] = new double[in[k].length];
        }
        for (int i = 0; i < in[k].length; i++) {
          inputs[k][i] = in[k][i];
        }
      }
      kernel.run(inputs, result);
      for (int i = slots.start(node); i < result.length; i++) {
        out[i] = (float) result[i];
      }
    };
  }
}
