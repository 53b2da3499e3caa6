package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    for (Node node : graph.nodes()) {
      write(node);
    }
    int at = 0;
    for (Node output : graph.outputs()) {
      int size = output.shape().size();
      String place = "torch.slice(results, 0, " + at + ", " + (at + size) + ", 1)";
      if (output.shape().rank() != 1) {
        place = Expressions.call("view", place, Expressions.list(output.shape()));
      }
      text.append("    o").append(at).append(" = torch.copy_(").append(place).append(", ");
      text.append(real(output)).append(")\n");
      at += size;
    }
    return text.append("    return results\n").toString();
  }

  private void write(Node node) {
    if (node.kind() instanceof Node.Constant) {
      return;
    }
    if (node.kind() instanceof Node.Operation op) {
      String value = expressions.of(op.primitive(), node.inputs(), node.shape());
      (Expressions.isTruth(node) ? truths : reals).put(node, let("v", node, value));
    } else if (node.kind() instanceof Node.Parameter parameter) {
      reals.put(node, let("v", node, view(parameter.offset(), node.shape())));
    } else {
      reals.put(node, "a" + arguments.size());
      arguments.add(node);
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
