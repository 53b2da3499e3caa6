package io.flowsvi.ppl.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which operations of a graph read a node. */
public final class Readers {
  private final Map<Node, List<Node>> readers = new HashMap<>();
  private final List<Node> outputs;

  /** Of all nodes of a graph. */
  public Readers(Graph graph) {
    outputs = graph.outputs();
    for (Node node : graph.nodes()) {
      for (Node input : node.inputs()) {
        readers.computeIfAbsent(input, n -> new ArrayList<>()).add(node);
      }
    }
  }

  /** The operations that read a node, one that reads it twice twice. */
  public List<Node> of(Node node) {
    return readers.getOrDefault(node, List.of());
  }

  /** How often a node is read; being an output counts, each time. */
  public int count(Node node) {
    return of(node).size() + Collections.frequency(outputs, node);
  }

  /** Whether a node is read by operations alone. */
  public boolean isInner(Node node) {
    return !outputs.contains(node);
  }
}
