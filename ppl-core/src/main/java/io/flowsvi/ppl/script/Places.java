package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in the flat vector {@code results} the outputs belong, and parts that are joined to
 * outputs: computed there, gradients of large matrices are not copied.
 */
final class Places {
  private final Map<Node, String> places = new HashMap<>();
  private final Map<Node, Integer> uses;

  Places(Graph graph, Map<Node, Integer> uses) {
    this.uses = uses;
    int at = 0;
    for (Node output : graph.outputs()) {
      place(output, at, output.shape());
      at += output.shape().size();
    }
  }

  /** The view of an output's place. */
  static String view(int at, Shape shape) {
    String cut = "torch.slice(results, 0, " + at + ", " + (at + shape.size()) + ", 1)";
    return shape.rank() == 1 ? cut : Expressions.call("view", cut, Expressions.list(shape));
  }

  private void place(Node node, int at, Shape as) {
    boolean computed = node.kind() instanceof Node.Operation;
    // Truth values are numbers only once they are copied.
    if (!computed || uses.get(node) != 1 || Expressions.isTruth(node)) {
      return;
    }
    places.put(node, view(at, as));
    Primitive op = ((Node.Operation) node.kind()).primitive();
    if (op instanceof Primitive.Concat concat && concat.axis() == 0) {
      int from = at;
      for (Node part : node.inputs()) {
        place(part, from, part.shape());
        from += part.shape().size();
      }
    }
    if (op instanceof Primitive.Reshape) {
      place(node.inputs().get(0), at, node.inputs().get(0).shape());
    }
  }

  /** Whether a node is computed in its place. */
  boolean has(Node node) {
    return places.containsKey(node);
  }

  /** The view of a node's place. */
  String of(Node node) {
    return places.get(node);
  }

  /** Copies of those inputs of a joined output that are not in their places. */
  List<String> missing(Node concat, java.util.function.Function<Node, String> name) {
    List<String> copies = new ArrayList<>();
    int from = 0;
    for (Node part : concat.inputs()) {
      int to = from + part.shape().dim(0);
      if (!has(part)) {
        String place = "torch.slice(" + of(concat) + ", 0, " + from + ", " + to + ", 1)";
        copies.add(Expressions.call("copy_", place, name.apply(part)));
      }
      from = to;
    }
    return copies;
  }
}
