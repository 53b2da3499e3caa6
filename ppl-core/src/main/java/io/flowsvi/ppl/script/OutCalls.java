package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Unary;
import java.util.Set;

/**
 * Operations whose call can write the result where it belongs, so that nothing is copied: into a
 * place of its own, or over what it is computed from.
 */
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
        || o.primitive() instanceof Primitive.Affine && node.shape().rank() == 2
        || FUNCTIONS.contains(o.primitive())
        || o.primitive() == Binary.TIMES && node.inputs().stream().noneMatch(OutCalls::isNumber)
        || isFloored(node, o);
  }

  /** Whether an operation can write its result over its first input, if nobody else needs that. */
  static boolean hasOver(Node node) {
    return node.kind() instanceof Node.Operation o
        && (FUNCTIONS.contains(o.primitive()) || isFloored(node, o));
  }

  private static boolean isFloored(Node node, Node.Operation o) {
    return o.primitive() == Binary.MAXIMUM && isNumber(node.inputs().get(1));
  }

  private static boolean isNumber(Node node) {
    return node.kind() instanceof Node.Constant;
  }

  /** Such a call, with the place of its result. */
  static String into(String place, String call) {
    return call.substring(0, call.length() - 1) + ", out=" + place + ")";
  }

  /** Such a call, over its first input. */
  static String over(String call) {
    return call.replaceFirst("\\(", "_(");
  }
}
