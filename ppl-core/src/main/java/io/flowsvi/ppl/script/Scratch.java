package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Whose memory nobody needs after its only reader. */
record Scratch(Readers readers) {
  /**
   * Whether a node's only reader may write over it: it is a product or sum of its own, or a part of
   * one that is read in parts beside each other.
   */
  boolean has(Node node) {
    if (readers.count(node) != 1) {
      return false;
    }
    if (!(operation(node) instanceof Primitive.Slice)) {
      return isFresh(node);
    }
    Node whole = node.inputs().get(0);
    return isFresh(whole) && readers.isInner(whole) && areApart(readers.of(whole));
  }

  /** Whether an operation's result is in memory that nothing else is in. */
  static boolean isFresh(Node node) {
    return Matrices.isFlat(node)
        || operation(node) instanceof Primitive.Affine
        || operation(node) == Binary.PLUS;
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
