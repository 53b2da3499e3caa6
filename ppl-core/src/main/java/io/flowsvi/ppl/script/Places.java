package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Where arrays are computed that are part of others: outputs in the flat vector {@code results},
 * parts of joined arrays in memory of those. So gradients of large matrices and units of wide
 * layers are not copied.
 */
final class Places {
  private final Map<Node, String> places = new HashMap<>();
  private final Map<Node, Node> joins = new HashMap<>();
  private final Set<Node> joined = new HashSet<>();
  private final Readers readers;

  /**
   * @param direct whether an operation's call can write its result anywhere
   */
  Places(Graph graph, Readers readers, Predicate<Node> direct) {
    this.readers = readers;
    int at = 0;
    for (Node output : graph.outputs()) {
      place(output, at, output.shape());
      at += output.shape().size();
    }
    for (Node node : graph.nodes()) {
      if (concat(node).isPresent() && !has(node)) {
        join(node, direct);
      }
    }
  }

  private static Optional<Primitive.Concat> concat(Node node) {
    return node.kind() instanceof Node.Operation o && o.primitive() instanceof Primitive.Concat c
        ? Optional.of(c)
        : Optional.empty();
  }

  /** The view of an output's place. */
  static String view(int at, Shape shape) {
    String cut = "torch.slice(results, 0, " + at + ", " + (at + shape.size()) + ", 1)";
    return shape.rank() == 1 ? cut : Expressions.call("view", cut, Expressions.list(shape));
  }

  private void place(Node node, int at, Shape as) {
    boolean computed = node.kind() instanceof Node.Operation;
    // Truth values are numbers only once they are copied.
    if (!computed || readers.count(node) != 1 || Expressions.isTruth(node)) {
      return;
    }
    places.put(node, view(at, as));
    if (concat(node).filter(c -> c.axis() == 0).isPresent()) {
      int from = at;
      for (Node part : node.inputs()) {
        place(part, from, part.shape());
        from += part.shape().size();
      }
      if (node.inputs().stream().anyMatch(this::has)) {
        joined.add(node);
      }
    }
    if (((Node.Operation) node.kind()).primitive() instanceof Primitive.Reshape) {
      place(node.inputs().get(0), at, node.inputs().get(0).shape());
    }
  }

  /** Puts those parts of an array into it whose calls can write there. */
  private void join(Node whole, Predicate<Node> direct) {
    int axis = concat(whole).orElseThrow().axis();
    int from = 0;
    for (Node part : whole.inputs()) {
      int to = from + part.shape().dim(axis);
      if (!has(part) && direct.test(part)) {
        places.put(part, cut(name(whole), axis, from, to));
        joins.put(part, whole);
        joined.add(whole);
      }
      from = to;
    }
    if (joined.contains(whole)) {
      places.put(whole, name(whole));
      joins.put(whole, whole);
    }
  }

  private static String name(Node whole) {
    return "j" + whole.number();
  }

  private static String cut(String whole, int axis, int from, int to) {
    return "torch.slice(" + whole + ", " + axis + ", " + from + ", " + to + ", 1)";
  }

  /** Computes what a node is written over in the node's place, if it has one. */
  void handDown(Node node, Node input) {
    places.computeIfAbsent(input, i -> places.get(node));
    joins.computeIfAbsent(input, i -> joins.get(node));
  }

  /** Whether a node is computed in its place. */
  boolean has(Node node) {
    return places.containsKey(node);
  }

  /** Whether that place is one of the outputs. */
  boolean inResults(Node node) {
    return has(node) && !joins.containsKey(node);
  }

  /** The view of a node's place. */
  String of(Node node) {
    return places.get(node);
  }

  /** The joined array in whose own memory a node's place is. */
  Optional<Node> array(Node node) {
    return Optional.ofNullable(joins.get(node));
  }

  /** Whether parts of a node are computed in its place. */
  boolean isJoined(Node node) {
    return joined.contains(node);
  }

  /** Copies of those inputs of a joined array that are not in their places. */
  List<String> missing(Node whole, Function<Node, String> name) {
    int axis = concat(whole).orElseThrow().axis();
    List<String> copies = new ArrayList<>();
    int from = 0;
    for (Node part : whole.inputs()) {
      int to = from + part.shape().dim(axis);
      String place = cut(of(whole), axis, from, to);
      boolean there = inResults(whole) ? inResults(part) : place.equals(places.get(part));
      if (!there) {
        copies.add(Expressions.call("copy_", place, name.apply(part)));
      }
      from = to;
    }
    return copies;
  }
}
