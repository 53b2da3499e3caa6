package io.flowsvi.ppl.product;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Optional;

/** Chooses the kernel of an operation of a graph, where this package has one. */
public final class Calls {
  private final Node node;
  private final Shape[] shapes;
  private final int[] starts;
  private final int to;
  private final boolean[] data;

  private Calls(Node node, int[] starts, int to, boolean[] data) {
    this.node = node;
    this.shapes = new Shape[node.inputs().size()];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = node.inputs().get(i).shape();
    }
    this.starts = starts;
    this.to = to;
    this.data = data;
  }

  /**
   * The kernel that computes a node. Only products take arrays that begin elsewhere than at 0.
   *
   * @param starts where each input begins in its array
   * @param to where the result begins in its array
   * @param data which inputs have the same numbers in every run that gets the same array
   */
  public static Optional<Kernel> of(Node node, int[] starts, int to, boolean[] data) {
    Calls calls = new Calls(node, starts, to, data);
    if (node.kind() instanceof Node.Masked masked) {
      return Optional.of(calls.masked(masked));
    }
    Primitive op = ((Node.Operation) node.kind()).primitive();
    if (op instanceof Primitive.Matmul product) {
      return Optional.of(calls.product(product));
    }
    if (op instanceof Primitive.Gather gather) {
      return Optional.of(calls.rows(calls.shapes[0], gather.axis())::gather);
    }
    if (op instanceof Primitive.ScatterAdd scatter) {
      return Optional.of(calls.rows(node.shape(), scatter.axis())::scatter);
    }
    if (op instanceof Primitive.TriangularSolve solve && calls.sharesMatrix()) {
      return Optional.of(calls.systems(solve));
    }
    return Optional.empty();
  }

  private Products.Lifetime lifetime(int input) {
    return data[input] ? Products.Lifetime.DATA : Products.Lifetime.STEP;
  }

  private Kernel masked(Node.Masked kind) {
    boolean turnedA = kind.product().left() == Primitive.Side.TRANSPOSED;
    boolean turnedB = kind.product().right() == Primitive.Side.TRANSPOSED;
    int rows = node.shape().dim(0);
    int columns = node.shape().dim(1);
    int inner = shapes[0].dim(turnedA ? 0 : 1);
    MaskedProducts.Part part = MaskedProducts.Part.valueOf(kind.part().name());
    MaskedProducts products = new MaskedProducts(rows, inner, columns, turnedA, turnedB, part);
    return (in, out) -> products.run(in[0], starts[0], in[1], starts[1], in[2], out, to);
  }

  private Kernel product(Primitive.Matmul op) {
    Products products = Products.of(op, node.shape(), shapes, lifetime(1));
    return (in, out) -> products.run(in[0], starts[0], in[1], starts[1], out, to);
  }

  private Rows rows(Shape shape, int axis) {
    return new Rows(shapes[1].size(), shape, axis, data[1]);
  }

  /** Whether one matrix serves all right-hand sides, each of which is a vector. */
  private boolean sharesMatrix() {
    return shapes[0].leading(-2).size() == 1 && shapes[1].dim(-1) == 1;
  }

  private Kernel systems(Primitive.TriangularSolve solve) {
    Substitution.Half half = Substitution.Half.valueOf(solve.triangle().name());
    boolean transposed = solve.side() == Primitive.Side.TRANSPOSED;
    int n = shapes[0].dim(-1);
    int sides = node.shape().size() / Math.max(1, n);
    Substitution systems = new Substitution(n, sides, half, transposed, lifetime(0));
    return (in, out) -> systems.run(in[0], in[1], out);
  }
}
