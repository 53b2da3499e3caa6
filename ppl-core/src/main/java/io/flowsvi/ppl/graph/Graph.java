package io.flowsvi.ppl.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Nodes in an order in which inputs come first, and which of them are wanted.
 *
 * @param nodes all that the outputs need, each once
 * @param outputs the wanted values
 */
public record Graph(List<Node> nodes, List<Node> outputs) {
  /** Copies the lists. */
  public Graph {
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /** The graph of these outputs; what they do not need is left out. */
  public static Graph of(List<Node> outputs) {
    Set<Node> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Node> open = new ArrayList<>(outputs);
    int last = -1;
    while (!open.isEmpty()) {
      Node node = open.remove(open.size() - 1);
      if (needed.add(node)) {
        last = Math.max(last, node.number());
        open.addAll(node.inputs());
      }
    }
    Node[] ordered = new Node[last + 1];
    for (Node node : needed) {
      ordered[node.number()] = node;
    }
    List<Node> nodes = new ArrayList<>(needed.size());
    for (Node node : ordered) {
      if (node != null) {
        nodes.add(node);
      }
    }
    return new Graph(nodes, outputs);
  }

  /** One line for each node. */
  public String explain() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      text.append(String.format("%-6s %-12s %s%n", "%" + node.number(), node.shape(), words(node)));
    }
    return text.append("outputs ").append(outputs.stream().map(Graph::name).toList()).toString();
  }

  /** The graph in the language of Graphviz. */
  public String dot() {
    StringBuilder text = new StringBuilder("digraph step {\n  node [shape=box];\n");
    for (Node node : nodes) {
      text.append("  n").append(node.number()).append(" [label=\"").append(label(node));
      text.append("\\n").append(node.shape()).append("\"];\n");
      for (Node input : node.inputs()) {
        text.append("  n").append(input.number()).append(" -> n").append(node.number());
        text.append(";\n");
      }
    }
    return text.append("}\n").toString();
  }

  private static String words(Node node) {
    return node.inputs().isEmpty()
        ? label(node)
        : label(node)
            + " of "
            + String.join(", ", node.inputs().stream().map(Graph::name).toList());
  }

  private static String name(Node node) {
    return node.kind() instanceof Node.Constant c ? String.valueOf(c.value()) : "%" + node.number();
  }

  private static String label(Node node) {
    Node.Kind kind = node.kind();
    if (kind instanceof Node.Operation operation) {
      return operation.primitive().toString();
    }
    if (kind instanceof Node.Constant c) {
      return String.valueOf(c.value());
    }
    if (kind instanceof Node.Data d) {
      return "data " + d.array();
    }
    if (kind instanceof Node.Noisy n) {
      return n.noise().name().toLowerCase(java.util.Locale.ROOT) + " noise, key " + n.key();
    }
    if (kind instanceof Node.Gamma g) {
      return "gamma draw, key " + g.key();
    }
    if (kind instanceof Node.Parameter p) {
      return "parameters from " + p.offset();
    }
    if (kind instanceof Node.Masked m) {
      return m.product() + ", mask on " + m.part().name().toLowerCase(java.util.Locale.ROOT);
    }
    return "input " + ((Node.Input) kind).name();
  }
}
