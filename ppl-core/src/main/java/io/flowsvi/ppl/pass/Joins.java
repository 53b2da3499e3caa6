package io.flowsvi.ppl.pass;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Nodes;
import io.flowsvi.ppl.tensor.Primitive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Joined tensors that are joined with more, and again: joined once, and the shorter ones looked at
 * within the longest, where cutting costs no copy.
 *
 * <p>So a network in blocks, each of which sees the blocks before it, copies every block once. Only
 * where all parts are known before the first of them is joined.
 */
public final class Joins {
  private final Map<Node, Node> longest = new HashMap<>();
  private final Nodes nodes = new Nodes();
  private final Map<Node, Node> images = new HashMap<>();

  private Joins() {}

  /** The graph with fewer copies; outputs keep their order and shapes. */
  public static Graph once(Graph graph) {
    Joins joins = new Joins();
    for (Node node : graph.nodes()) {
      joins.find(node);
    }
    for (Node node : graph.nodes()) {
      joins.images.put(node, joins.image(node));
    }
    return Graph.of(joins.images(graph.outputs()));
  }

  private static boolean isJoin(Node node) {
    return node.kind() instanceof Node.Operation o && o.primitive() instanceof Primitive.Concat;
  }

  private static int axis(Node join) {
    return ((Primitive.Concat) ((Node.Operation) join.kind()).primitive()).axis();
  }

  /** The join that this one goes on with, if it does. */
  private static Node before(Node join) {
    Node first = join.inputs().get(0);
    return isJoin(first) && axis(first) == axis(join) ? first : join;
  }

  /** Later nodes come later: the last word is that of the longest join. */
  private void find(Node node) {
    if (!isJoin(node) || before(node) == node) {
      return;
    }
    Node shortest = node;
    for (Node b = before(node); b != shortest; b = before(b)) {
      shortest = b;
    }
    int start = shortest.number();
    if (parts(node).stream().allMatch(part -> part.number() < start)) {
      longest.put(node, node);
      for (Node b = before(node), last = node; b != last; last = b, b = before(b)) {
        longest.put(b, node);
      }
    }
  }

  private static List<Node> parts(Node join) {
    Node first = before(join);
    List<Node> parts =
        new ArrayList<>(first == join ? List.of(join.inputs().get(0)) : parts(first));
    parts.addAll(join.inputs().subList(1, join.inputs().size()));
    return parts;
  }

  private Node image(Node node) {
    Node whole = longest.get(node);
    if (whole == null) {
      return nodes.of(node.kind(), images(node.inputs()), node.shape());
    }
    Node joined = nodes.of(whole.kind(), images(parts(whole)), whole.shape());
    if (node == whole) {
      return joined;
    }
    int axis = axis(node);
    Primitive cut = new Primitive.Slice(axis, 0, node.shape().dim(axis));
    return nodes.of(new Node.Operation(cut), List.of(joined), node.shape());
  }

  private List<Node> images(List<Node> of) {
    return of.stream().map(images::get).toList();
  }
}
