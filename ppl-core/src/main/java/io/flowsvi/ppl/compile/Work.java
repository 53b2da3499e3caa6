package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.HashSet;
import java.util.Set;

/** About how many elements a run of a graph computes; what depends on data alone is free. */
final class Work {
  /** Multiplications of a product take so much less than operations that go through memory. */
  private static final int PRODUCTS = 4;

  /** Matrices with more numbers leave a core's own cache between two products. */
  private static final int LARGE = 1 << 18;

  private Work() {}

  /**
   * About how many elements could be computed while products read their large matrices of data:
   * what every part of the particles does anew.
   */
  static long reading(Graph graph) {
    Set<Node> free = free(graph);
    long read = 0;
    for (Node node : graph.nodes()) {
      if (free.contains(node) || !isProduct(node)) {
        continue;
      }
      for (Node input : node.inputs()) {
        boolean large = input.shape().size() >= LARGE && free.contains(input);
        read += large ? input.shape().size() / PRODUCTS : 0;
      }
    }
    return read;
  }

  private static boolean isProduct(Node node) {
    Primitive op = Member.primitive(node);
    return op instanceof Primitive.Matmul || op instanceof Primitive.TriangularSolve;
  }

  /** What depends on data alone. */
  private static Set<Node> free(Graph graph) {
    Set<Node> free = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean given = node.kind() instanceof Node.Constant || node.kind() instanceof Node.Data;
      boolean computed = node.kind() instanceof Node.Operation;
      if (given || computed && free.containsAll(node.inputs())) {
        free.add(node);
      }
    }
    return free;
  }

  static long of(Graph graph) {
    Set<Node> free = free(graph);
    long work = 0;
    for (Node node : graph.nodes()) {
      if (!free.contains(node)) {
        Primitive op = Member.primitive(node);
        work += op == null ? node.shape().size() : of(op, node);
      }
    }
    return work;
  }

  private static long of(Primitive op, Node node) {
    long size = node.shape().size();
    if (op instanceof Unary || op instanceof Binary || op instanceof Primitive.Select) {
      return size;
    }
    Shape first = node.inputs().get(0).shape();
    if (op instanceof Primitive.Matmul product) {
      int inner = first.dim(product.left() == Primitive.Side.TRANSPOSED ? -2 : -1);
      return size + size * inner / PRODUCTS;
    }
    if (op instanceof Primitive.Affine || op instanceof Primitive.TriangularSolve) {
      return size + size * first.dim(-1) / PRODUCTS;
    }
    boolean moves =
        op instanceof Primitive.Reshape
            || op instanceof Primitive.Broadcast
            || op instanceof Primitive.Permute
            || op instanceof Primitive.Slice
            || op instanceof Primitive.Flip;
    return moves ? 0 : Math.max(size, first.size());
  }
}
