package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which operations read a node, and whose memory nobody needs after its only reader. */
final class Readers {
  private final Map<Node, List<Node>> readers = new HashMap<>();
  private final List<Node> outputs;

  Readers(Graph graph) {
    outputs = graph.outputs();
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) {
        readers.computeIfAbsent(input, n -> new ArrayList<>()).add(node);
      }
    }
  }

  /** How often a node is read; being an output counts, each time. */
  int count(Node node) {
    return of(node).size() + Collections.frequency(outputs, node);
  }

  private List<Node> of(Node node) {
    return readers.getOrDefault(node, List.of());
  }

  /**
   * Whether a node's only reader may write over it: it is a product or sum of its own, or a part of
   * one that is read in parts beside each other.
   */
  boolean isScratch(Node node) {
    if (count(node) != 1) {
      return false;
    }
    if (!(operation(node) instanceof Primitive.Slice)) {
      return isFresh(node);
    }
    Node whole = node.inputs().get(0);
    return isFresh(whole) && !outputs.contains(whole) && areApart(of(whole));
  }

  /** Whether an operation's result is in memory that nothing else is in. */
  private static boolean isFresh(Node node) {
    return Matrices.isFlat(node) || operation(node) == Binary.PLUS;
  }

  private static boolean areApart(List<Node> parts) {
    List<Primitive.Slice> cuts = new ArrayList<>();
    for (Node part : parts) {
      if (!(operation(part) instanceof Primitive.Slice cut)) {
        return false;
      }
      cuts.add(cut);
    }
    cuts.sort(Comparator.comparingInt(Primitive.Slice::from));
    for (int i = 1; i < cuts.size(); i++) {
      boolean sameAxis = cuts.get(i).axis() == cuts.get(0).axis();
      if (!sameAxis || cuts.get(i).from() < cuts.get(i - 1).to()) {
        return false;
      }
    }
    return true;
  }

  private static Object operation(Node node) {
    return node.kind() instanceof Node.Operation o ? o.primitive() : node.kind();
  }
}
