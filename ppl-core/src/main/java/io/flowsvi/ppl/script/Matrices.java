package io.flowsvi.ppl.script;

import static io.flowsvi.ppl.script.Expressions.call;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Shape;
import java.util.List;

/**
 * Products of matrices by the quickest calls: many small products with vectors, or of vectors, are
 * made element by element, for which libtorch's batched product takes three times as long.
 */
final class Matrices {
  private Matrices() {}

  static String product(Primitive.Matmul op, List<Node> in, String x, String y, Shape result) {
    Shape left = in.get(0).shape();
    Shape right = in.get(1).shape();
    if (left.rank() == 2 && right.rank() == 2) {
      return call("mm", turned(x, op.left()), turned(y, op.right()));
    }
    int inner = left.dim(op.left() == Side.PLAIN ? -1 : -2);
    if (inner == 1) {
      return call("mul", turned(x, op.left()), turned(y, op.right()));
    }
    if (isVectors(left, right, result)) {
      return vectors(op, x, y, result);
    }
    return call("matmul", turned(x, op.left()), turned(y, op.right()));
  }

  /** Whether there are many products of a matrix and a vector, and no matrix is repeated. */
  private static boolean isVectors(Shape left, Shape right, Shape result) {
    int rank = result.rank();
    if (rank < 3 || left.rank() != rank || right.rank() != rank) {
      return false;
    }
    boolean vector = result.dim(-1) == 1;
    Shape matrix = vector ? left : right;
    int batch = result.leading(-2).size();
    return (vector || result.dim(-2) == 1) && batch > 1 && matrix.leading(-2).size() == batch;
  }

  private static String vectors(Primitive.Matmul op, String left, String right, Shape result) {
    boolean vector = result.dim(-1) == 1;
    String matrix = vector ? left : right;
    String other = vector ? right : left;
    // A matrix that is used by its rows as they are stored is summed over its columns.
    boolean byColumns = vector == ((vector ? op.left() : op.right()) == Side.PLAIN);
    boolean isRow = vector == ((vector ? op.right() : op.left()) != Side.PLAIN);
    String turned = isRow == byColumns ? other : turned(other, Side.TRANSPOSED);
    String axis = byColumns ? "[-1]" : "[-2]";
    String sums = call("sum", call("mul", matrix, turned), axis, "True");
    return vector == byColumns ? sums : turned(sums, Side.TRANSPOSED);
  }

  static String turned(String x, Side side) {
    return side == Side.PLAIN ? x : call("transpose", x, "-2", "-1");
  }
}
