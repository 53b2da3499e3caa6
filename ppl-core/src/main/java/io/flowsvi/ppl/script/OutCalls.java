package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Unary;
import java.util.Set;

/** Operations whose call can write the result where it belongs, so that nothing is copied. */
final class OutCalls {
  private static final Set<Object> FUNCTIONS = Set.of(Unary.EXP, Unary.TANH, Unary.SIGMOID);

  private OutCalls() {}

  /** Whether an operation that is no part of a pattern can be written anywhere. */
  static boolean has(Node node) {
    if (!(node.kind() instanceof Node.Operation o)) {
      return false;
    }
    return o.primitive() instanceof Primitive.Sum
        || Matrices.isFlat(node)
        || FUNCTIONS.contains(o.primitive())
        || o.primitive() == Binary.TIMES && node.inputs().stream().noneMatch(OutCalls::isNumber)
        || isRectified(node, o.primitive());
  }

  private static boolean isNumber(Node node) {
    return node.kind() instanceof Node.Constant;
  }

  private static boolean isRectified(Node node, Primitive op) {
    return op == Binary.MAXIMUM && node.inputs().get(1).isConstant(0);
  }

  /** The call of such an operation, with its place. */
  static String into(String place, Node node, String call) {
    boolean rectified = isRectified(node, ((Node.Operation) node.kind()).primitive());
    // relu has no form with a place.
    String open =
        rectified
            ? call.substring(0, call.length() - 1).replace("torch.relu(", "torch.clamp_min(")
                + ", 0"
            : call.substring(0, call.length() - 1);
    return open + ", out=" + place + ")";
  }
}
