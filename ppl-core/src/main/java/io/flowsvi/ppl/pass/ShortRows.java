package io.flowsvi.ppl.pass;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Nodes;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes many rows of a few numbers apart, column by column: {@code [500, 2]} becomes two values
 * {@code [500]}.
 *
 * <p>What runs over rows and what sums within them then turns over the same elements, so that a
 * chain of layers on two dimensions is one loop over particles with unit strides instead of several
 * for each layer. Operations that need the whole array get it from its columns. This pays where
 * loops run over vectors; single numbers are as quick with their rows whole.
 */
public final class ShortRows {
  /** The longest row that is taken apart, and the fewest rows for which that pays. */
  private static final int LONGEST = 4;

  private static final int FEWEST = 64;

  private final Nodes nodes = new Nodes();
  private final Map<Node, List<Node>> columns = new HashMap<>();
  private final Node[] images;

  private ShortRows(int size) {
    images = new Node[size];
  }

  /** A graph of the same values; the same graph where no row is short. */
  public static Graph split(Graph graph) {
    if (graph.nodes().stream().noneMatch(n -> isElementwise(n) && isShort(n.shape()))) {
      return graph;
    }
    ShortRows rows = new ShortRows(graph.nodes().get(graph.nodes().size() - 1).number() + 1);
    graph.nodes().forEach(rows::visit);
    return Graph.of(graph.outputs().stream().map(rows::whole).toList());
  }

  private static boolean isShort(Shape shape) {
    if (shape.rank() < 2) {
      return false;
    }
    int last = shape.dim(-1);
    return last > 1 && last <= LONGEST && shape.size() / last >= FEWEST;
  }

  private static boolean isElementwise(Node node) {
    return node.kind() instanceof Node.Operation o
        && (o.primitive() instanceof Unary
            || o.primitive() instanceof Binary
            || o.primitive() instanceof Primitive.Select);
  }

  private void visit(Node node) {
    List<Node> split = node.kind() instanceof Node.Operation o ? split(node, o.primitive()) : null;
    if (split != null) {
      columns.put(node, split);
      return;
    }
    if (node.kind() instanceof Node.Operation o && o.primitive() instanceof Primitive.Sum sum) {
      images[node.number()] = sum(node, sum.axes());
    } else if (node.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Slice slice
        && isColumn(node, slice)) {
      Node column = columns.get(node.inputs().get(0)).get(slice.from());
      images[node.number()] = reshape(column, node.shape());
    }
    if (images[node.number()] == null) {
      List<Node> inputs = node.inputs().stream().map(this::whole).toList();
      images[node.number()] = nodes.of(node.kind(), inputs, node.shape());
    }
  }

  private boolean isColumn(Node node, Primitive.Slice slice) {
    return columns.containsKey(node.inputs().get(0))
        && slice.axis() == node.shape().rank() - 1
        && node.shape().dim(-1) == 1;
  }

  /** The columns of a result, or null where it is not taken apart. */
  private List<Node> split(Node node, Primitive op) {
    if (!isShort(node.shape())) {
      return null;
    }
    Shape shape = node.shape().leading(-1);
    int last = node.shape().rank() - 1;
    List<Node> result = new ArrayList<>();
    if (isElementwise(node)) {
      for (int i = 0; i < node.shape().dim(-1); i++) {
        int column = i;
        List<Node> in = node.inputs().stream().map(n -> column(n, column)).toList();
        result.add(nodes.of(node.kind(), in, shape));
      }
      return result;
    }
    if (op instanceof Primitive.Reshape && columns.containsKey(node.inputs().get(0))) {
      List<Node> from = columns.get(node.inputs().get(0));
      return from.size() == node.shape().dim(-1)
          ? from.stream().map(n -> reshape(n, shape)).toList()
          : null;
    }
    if (op instanceof Primitive.Concat concat && concat.axis() == last) {
      for (Node part : node.inputs()) {
        for (int i = 0; i < part.shape().dim(-1); i++) {
          result.add(column(part, i));
        }
      }
      return result;
    }
    if (op instanceof Primitive.Pad pad && pad.axis() == last) {
      Node zero = nodes.of(new Node.Operation(new Primitive.Broadcast(shape)), zero(), shape);
      for (int i = 0; i < node.shape().dim(-1); i++) {
        int at = i - pad.before();
        boolean outside = at < 0 || at >= node.inputs().get(0).shape().dim(-1);
        result.add(outside ? zero : column(node.inputs().get(0), at));
      }
      return result;
    }
    return null;
  }

  private List<Node> zero() {
    return List.of(nodes.constant(0));
  }

  private Node reshape(Node node, Shape shape) {
    return node.shape().equals(shape)
        ? node
        : nodes.of(new Node.Operation(new Primitive.Reshape(shape)), List.of(node), shape);
  }

  /** Column i of an operand, without the last axis; numbers and single columns serve all. */
  private Node column(Node node, int i) {
    if (columns.containsKey(node)) {
      return columns.get(node).get(i);
    }
    Node whole = whole(node);
    Shape shape = node.shape();
    if (shape.rank() == 0) {
      return whole;
    }
    if (shape.dim(-1) > 1) {
      int last = shape.rank() - 1;
      Primitive slice = new Primitive.Slice(last, i, i + 1);
      whole = nodes.of(new Node.Operation(slice), List.of(whole), shape.with(last, 1));
    }
    return reshape(whole, shape.leading(-1));
  }

  /** The value as one array. */
  private Node whole(Node node) {
    if (images[node.number()] == null) {
      Shape single = node.shape().with(node.shape().rank() - 1, 1);
      List<Node> parts = columns.get(node).stream().map(c -> reshape(c, single)).toList();
      Primitive join = new Primitive.Concat(node.shape().rank() - 1);
      images[node.number()] = nodes.of(new Node.Operation(join), parts, node.shape());
    }
    return images[node.number()];
  }

  /** A sum of what was taken apart; null of other values. */
  private Node sum(Node node, int axes) {
    Node input = node.inputs().get(0);
    if (!columns.containsKey(input)) {
      return null;
    }
    int last = input.shape().rank() - 1;
    int others = axes & ~(1 << last);
    List<Node> parts = columns.get(input);
    if (others == axes) {
      Shape each = node.shape().leading(-1);
      Shape single = node.shape().with(node.shape().rank() - 1, 1);
      List<Node> sums = parts.stream().map(c -> reshape(sum(c, axes, each), single)).toList();
      Primitive join = new Primitive.Concat(node.shape().rank() - 1);
      return nodes.of(new Node.Operation(join), sums, node.shape());
    }
    Node row = parts.get(0);
    for (Node next : parts.subList(1, parts.size())) {
      row = nodes.of(new Node.Operation(Binary.PLUS), List.of(row, next), row.shape());
    }
    return others == 0 ? row : sum(row, others, node.shape());
  }

  private Node sum(Node x, int axes, Shape shape) {
    return nodes.of(new Node.Operation(new Primitive.Sum(axes)), List.of(x), shape);
  }
}
