package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which parameters are read where they are, in the vector of all of them, and which outputs are
 * written where they are wanted, one after another behind the first: a gradient of a loss.
 *
 * <p>Loops and matrix products can begin anywhere in an array; other calls need arrays of their
 * own, and what they read or write is copied.
 */
final class InPlace {
  private final Map<Node, Integer> outputs = new HashMap<>();
  private final Set<Node> whole = new HashSet<>();
  private final Set<Node> computed = new HashSet<>();
  private final int size;

  InPlace(Plan plan) {
    for (Stage stage : plan.stages()) {
      if (stage instanceof Stage.Call call) {
        follow(call.node(), plan);
      } else {
        for (Member member : ((Stage.Loop) stage).members()) {
          computed.add(member.node());
        }
      }
    }
    List<Node> wanted = plan.graph().outputs();
    Set<Node> again = new HashSet<>();
    for (Node output : wanted) {
      Node array = plan.array(output);
      if (output == wanted.get(0) || !computed.contains(array) || !again.add(array)) {
        whole.add(array);
      }
    }
    int at = 0;
    for (Node output : wanted.subList(Math.min(1, wanted.size()), wanted.size())) {
      Node array = plan.array(output);
      if (!whole.contains(array)) {
        outputs.put(array, at);
      }
      at += output.shape().size();
    }
    size = at;
  }

  private void follow(Node call, Plan plan) {
    if (startsAnywhere(call)) {
      computed.add(call);
    } else {
      for (Node input : call.inputs()) {
        whole.add(plan.array(input));
      }
    }
  }

  /** Whether a call takes operands that begin anywhere in their arrays. */
  static boolean startsAnywhere(Node call) {
    return call.kind() instanceof Node.Masked || Member.primitive(call) instanceof Primitive.Matmul;
  }

  /** Whether a parameter is read in the vector of all. */
  boolean isRead(Node node) {
    return node.kind() instanceof Node.Parameter && !whole.contains(node);
  }

  /** Whether a node is written among the outputs. */
  boolean isWritten(Node node) {
    return outputs.containsKey(node);
  }

  /** Where a node that is written among the outputs begins there. */
  int start(Node node) {
    return outputs.get(node);
  }

  /** How many numbers all outputs but the first have. */
  int size() {
    return size;
  }
}
