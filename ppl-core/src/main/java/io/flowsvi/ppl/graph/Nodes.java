package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.graph.Node.Kind;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes nodes; asked twice for the same value it gives the same node. */
public final class Nodes {
  private final List<Node> all = new ArrayList<>();
  private final Map<Node.Signature, Node> known = new HashMap<>();

  /** The node of this kind with these inputs. */
  public Node of(Kind kind, List<Node> inputs, Shape shape) {
    Node node = new Node(all.size(), kind, inputs, shape);
    Node same = known.putIfAbsent(node.signature(), node);
    if (same == null) {
      all.add(node);
    }
    return same == null ? node : same;
  }

  /** A number. */
  public Node constant(double value) {
    return of(new Node.Constant(value), List.of(), Shape.scalar());
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /** The node of this number. */
  public Node get(int number) {
    return all.get(number);
  }
}
