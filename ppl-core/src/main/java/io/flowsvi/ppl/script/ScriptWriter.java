package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.script.Idioms.Idiom;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a graph as the body of a TorchScript function: a line for each node, its inputs before.
 *
 * <p>Parameters are views of the flat vector {@code values}; every output is written into its place
 * of the flat vector {@code results}, products by the call that makes them. All other leaves are
 * arguments.
 */
final class ScriptWriter implements Expressions.Names {
  private final StringBuilder text = new StringBuilder();
  private final Map<Node, String> reals = new HashMap<>();
  private final Map<Node, String> truths = new HashMap<>();
  private final Map<Node, String> wholes = new HashMap<>();
  private final List<Node> arguments = new ArrayList<>();
  private final Set<Node> allocated = new HashSet<>();
  private final Set<Node> over = new HashSet<>();
  private final Expressions expressions = new Expressions(this);
  private final Precision precision;

  ScriptWriter(Precision precision) {
    this.precision = precision;
  }

  /** The leaves that are arguments, in order. */
  List<Node> arguments() {
    return arguments;
  }

  /** The lines of the body. */
  String write(Graph graph) {
    Readers readers = new Readers(graph);
    Map<Node, Idiom> idioms = new HashMap<>();
    Set<Node> needed = needed(graph, new Idioms(readers), idioms);
    Places places =
        new Places(graph, readers, node -> !idioms.containsKey(node) && OutCalls.has(node));
    over.addAll(over(graph, needed, idioms, places));
    for (Node node : graph.nodes()) {
      if (needed.contains(node) && !(node.kind() instanceof Node.Constant)) {
        write(node, Optional.ofNullable(idioms.get(node)), places);
      }
    }
    int at = 0;
    for (Node output : graph.outputs()) {
      if (!places.inResults(output)) {
        let("o", output, Expressions.call("copy_", Places.view(at, output.shape()), real(output)));
      }
      at += output.shape().size();
    }
    return text.append("    return results\n").toString();
  }

  /** What is computed, given that some of it is taken together. */
  private static Set<Node> needed(Graph graph, Idioms known, Map<Node, Idiom> found) {
    Set<Node> needed = new HashSet<>(graph.outputs());
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (needed.contains(node)) {
        known.of(node).ifPresent(idiom -> found.put(node, idiom));
        needed.addAll(found.containsKey(node) ? found.get(node).inputs() : node.inputs());
      }
    }
    return needed;
  }

  /**
   * What is written over its only input: units of a network over what they are units of, which
   * nobody looks at again. That is computed where they belong.
   */
  private static Set<Node> over(
      Graph graph, Set<Node> needed, Map<Node, Idiom> idioms, Places places) {
    Map<Node, Integer> reads = new HashMap<>();
    graph.outputs().forEach(output -> reads.merge(output, 1, Integer::sum));
    for (Node node : needed) {
      List<Node> read = idioms.containsKey(node) ? idioms.get(node).inputs() : node.inputs();
      read.forEach(input -> reads.merge(input, 1, Integer::sum));
    }
    Set<Node> over = new HashSet<>();
    for (Node node : needed) {
      if (idioms.containsKey(node) || !OutCalls.hasOver(node)) {
        continue;
      }
      Node input = node.inputs().get(0);
      boolean alone = reads.get(input) == 1 && Scratch.isFresh(input) && !places.has(input);
      boolean there = !idioms.containsKey(input) && OutCalls.has(input);
      if (alone && (there || !places.has(node))) {
        places.handDown(node, input);
        over.add(node);
      }
    }
    return over;
  }

  private void write(Node node, Optional<Idiom> idiom, Places places) {
    if (!(node.kind() instanceof Node.Operation)) {
      reals.put(node, leaf(node));
      return;
    }
    Primitive op = ((Node.Operation) node.kind()).primitive();
    if (over.contains(node)) {
      String call = expressions.of(op, node.inputs(), node.shape());
      reals.put(node, let("v", node, OutCalls.over(call)));
      return;
    }
    if (places.has(node)) {
      reals.put(node, inPlace(node, op, idiom, places));
      return;
    }
    String value =
        idiom.map(this::words).orElseGet(() -> expressions.of(op, node.inputs(), node.shape()));
    (Expressions.isTruth(node) ? truths : reals).put(node, let("v", node, value));
  }

  private String words(Idiom idiom) {
    String call = String.format(idiom.format(), idiom.inputs().stream().map(this::real).toArray());
    if (idiom.result() == Idioms.Result.CALL) {
      return call;
    }
    Node changed = idiom.inputs().get(0);
    let("c" + text.length() + "_", changed, call);
    return real(changed);
  }

  private String leaf(Node node) {
    if (node.kind() instanceof Node.Parameter parameter) {
      return let("v", node, view(parameter.offset(), node.shape()));
    }
    arguments.add(node);
    return "a" + (arguments.size() - 1);
  }

  /** Computes an array where it belongs. */
  private String inPlace(Node node, Primitive op, Optional<Idiom> idiom, Places places) {
    places.array(node).ifPresent(whole -> allocate(whole, places));
    String place = places.of(node);
    if (places.isJoined(node)) {
      for (String copy : places.missing(node, this::real)) {
        let("c" + text.length() + "_", node, copy);
      }
      return place;
    }
    if (op instanceof Primitive.Reshape && places.inResults(node.inputs().get(0))) {
      return place;
    }
    String value =
        idiom.map(this::words).orElseGet(() -> expressions.of(op, node.inputs(), node.shape()));
    boolean direct = idiom.isEmpty() && OutCalls.has(node);
    if (direct && op instanceof Primitive.Affine && places.array(node).isPresent()) {
      return affineInto(place, node);
    }
    return let(
        "v", node, direct ? OutCalls.into(place, value) : Expressions.call("copy_", place, value));
  }

  /**
   * A product, then the bias: libtorch's own call copies the bias first, which takes far longer in
   * memory that is not at hand.
   */
  private String affineInto(String place, Node node) {
    List<Node> in = node.inputs();
    String right = Matrices.turned(real(in.get(1)), Primitive.Side.TRANSPOSED);
    String product = Expressions.call("mm", real(in.get(0)), right);
    String name = let("v", node, OutCalls.into(place, product));
    return Expressions.isZero(in.get(2))
        ? name
        : let("w", node, Expressions.call("add_", name, real(in.get(2))));
  }

  /** Makes the memory of a joined array before its first part. */
  private void allocate(Node whole, Places places) {
    if (allocated.add(whole)) {
      String memory = Expressions.call("new_empty", pattern(), Expressions.list(whole.shape()));
      text.append("    ").append(places.of(whole)).append(" = ").append(memory).append('\n');
    }
  }

  private static String view(int offset, Shape shape) {
    String cut = "torch.slice(values, 0, " + offset + ", " + (offset + shape.size()) + ", 1)";
    return shape.rank() == 1 ? cut : Expressions.call("view", cut, Expressions.list(shape));
  }

  private String let(String kind, Node node, String value) {
    String name = kind + node.number();
    text.append("    ").append(name).append(" = ").append(value).append('\n');
    return name;
  }

  @Override
  public String real(Node node) {
    String known = reals.get(node);
    if (known == null) {
      known =
          node.kind() instanceof Node.Constant c
              ? let("r", node, "torch.new_full(values, [], " + number(c.value()) + ")")
              : let("r", node, "torch.to(" + truths.get(node) + ", " + type() + ")");
      reals.put(node, known);
    }
    return known;
  }

  private int type() {
    return precision == Precision.FLOAT32 ? 6 : 7;
  }

  @Override
  public String truth(Node node) {
    String known = truths.get(node);
    if (known == null) {
      known = let("t", node, "torch.ne(" + real(node) + ", 0)");
      truths.put(node, known);
    }
    return known;
  }

  @Override
  public String whole(Node node) {
    String known = wholes.get(node);
    if (known == null) {
      known = let("i", node, "torch.to(" + real(node) + ", 4)");
      wholes.put(node, known);
    }
    return known;
  }

  @Override
  public String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value)
          ? "float(\"nan\")"
          : value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    }
    // libtorch refuses numbers that its type cannot hold: levels that stand for the largest one.
    double most = precision == Precision.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
    return String.valueOf(Math.max(-most, Math.min(most, value)))
        .toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public String pattern() {
    return "values";
  }
}
