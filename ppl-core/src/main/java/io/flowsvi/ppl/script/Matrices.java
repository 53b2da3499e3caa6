package io.flowsvi.ppl.script;

import static io.flowsvi.ppl.script.Expressions.call;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Shape;
import java.util.List;

/**
 * Products of matrices by the quickest calls: libtorch's batched product takes a vector on its left
 * two to six times as quickly as one on its right, and is no good at outer products.
 */
final class Matrices {
  private Matrices() {}

  static String product(Primitive.Matmul op, List<Node> in, String x, String y, Shape result) {
    Shape left = in.get(0).shape();
    Shape right = in.get(1).shape();
    if (areFlat(in)) {
      return call("mm", turned(x, op.left()), turned(y, op.right()));
    }
    int inner = left.dim(op.left() == Side.PLAIN ? -1 : -2);
    if (inner == 1) {
      return call("mul", turned(x, op.left()), turned(y, op.right()));
    }
    if (isColumn(left, right, result)) {
      // yᵀ = vᵀ Aᵀ: the batched product takes its left operand in order.
      String row = turned(y, other(op.right()));
      return turned(call("matmul", row, turned(x, other(op.left()))), Side.TRANSPOSED);
    }
    return call("matmul", turned(x, op.left()), turned(y, op.right()));
  }

  /** Whether a node is one product of two matrices, which is one call. */
  static boolean isFlat(Node node) {
    return node.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Matmul
        && areFlat(node.inputs());
  }

  private static boolean areFlat(List<Node> matrices) {
    return matrices.stream().allMatch(m -> m.shape().rank() == 2);
  }

  /** Whether there are many products of a matrix and a column, and no matrix is repeated. */
  private static boolean isColumn(Shape left, Shape right, Shape result) {
    int rank = result.rank();
    boolean sameRank = rank >= 3 && left.rank() == rank && right.rank() == rank;
    return sameRank && result.dim(-1) == 1 && left.leading(-2).size() == result.leading(-2).size();
  }

  private static Side other(Side side) {
    return side == Side.PLAIN ? Side.TRANSPOSED : Side.PLAIN;
  }

  static String turned(String x, Side side) {
    return side == Side.PLAIN ? x : call("transpose", x, "-2", "-1");
  }
}
