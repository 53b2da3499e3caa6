package io.flowsvi.ppl.pass;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Nodes;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Rewrites a graph into a smaller one with the same values (to rounding): neutral elements,
 * constants, double negation, and above all broadcasts, which are left to the loops that read them.
 * A value less itself with its gradient stopped is 0, finite or not: the gradient was its purpose.
 *
 * <p>Equal nodes become one on the way, and log-sum-exp becomes a maximum, an exponential and a
 * sum, so that its parts can join other loops.
 */
public final class Simplifier {
  private final Nodes nodes = new Nodes();
  private final Style style;

  private Simplifier(Style style) {
    this.style = style;
  }

  /** What the graph is made into. */
  public enum Style {
    /** Loops: functions are taken apart, so that their parts are shared and join other loops. */
    LOOPS,
    /** Calls of a library that has functions and affine maps ready. */
    CALLS
  }

  /** The smaller graph for loops; outputs keep their order and shapes. */
  public static Graph simplify(Graph graph) {
    return simplify(graph, Style.LOOPS);
  }

  /** The smaller graph; outputs keep their order and shapes. */
  public static Graph simplify(Graph graph, Style style) {
    Simplifier simplifier = new Simplifier(style);
    int last = graph.nodes().isEmpty() ? 0 : graph.nodes().get(graph.nodes().size() - 1).number();
    Node[] images = new Node[last + 1];
    for (Node node : graph.nodes()) {
      List<Node> inputs = images(node.inputs(), images);
      Node image =
          node.kind() instanceof Node.Operation o
              ? isCarrier(node)
                  ? simplifier.full(0, node.shape())
                  : simplifier.apply(o.primitive(), inputs, node.shape())
              : simplifier.nodes.of(node.kind(), inputs, node.shape());
      images[node.number()] = image;
    }
    return Graph.of(images(graph.outputs(), images));
  }

  /**
   * Whether a value less itself, stopped: written for its gradient, which is in the graph by now.
   */
  private static boolean isCarrier(Node node) {
    if (!isOp(node, Binary.MINUS)) {
      return false;
    }
    Node stopped = node.inputs().get(1);
    return isOp(stopped, Unary.STOP_GRADIENT) && stopped.inputs().get(0) == node.inputs().get(0);
  }

  private static List<Node> images(List<Node> nodes, Node[] images) {
    List<Node> result = new ArrayList<>(nodes.size());
    for (Node node : nodes) {
      result.add(images[node.number()]);
    }
    return result;
  }

  private Node apply(Primitive op, List<Node> in, Shape shape) {
    if (op instanceof Unary unary) {
      return unary(unary, in.get(0));
    }
    if (op instanceof Binary binary) {
      return binary(binary, in.get(0), in.get(1), shape);
    }
    if (op instanceof Primitive.Select) {
      return select(in, shape);
    }
    if (op instanceof Primitive.Reshape) {
      return reshape(in.get(0), shape);
    }
    if (op instanceof Primitive.Broadcast) {
      return broadcast(in.get(0), shape);
    }
    if (op instanceof Primitive.Sum sum) {
      return sum(in.get(0), sum.axes(), shape);
    }
    if (style == Style.CALLS) {
      return raw(op, in, shape);
    }
    if (op instanceof Primitive.Matmul product && inner(product, in.get(0)) == 1) {
      return outer(in.get(0), in.get(1), shape);
    }
    if (op instanceof Primitive.Affine) {
      return affine(in.get(0), in.get(1), in.get(2), shape);
    }
    if (op instanceof Primitive.LogSumExp lse) {
      return logSumExp(in.get(0), lse.axes(), shape);
    }
    return raw(op, in, shape);
  }

  private Node raw(Primitive op, List<Node> in, Shape shape) {
    return nodes.of(new Node.Operation(op), in, shape);
  }

  private Node raw(Primitive op, Node... in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    return raw(op, List.of(in), op.shape(shapes));
  }

  private Node unary(Unary op, Node x) {
    OptionalDouble value = uniform(x);
    if (op == Unary.STOP_GRADIENT) {
      return x;
    }
    if (value.isPresent()) {
      return full(op.apply(value.getAsDouble()), x.shape());
    }
    if (isOp(x, Primitive.Broadcast.class)) {
      return broadcast(unary(op, x.inputs().get(0)), x.shape());
    }
    if (style == Style.LOOPS && (op == Unary.SOFTPLUS || op == Unary.SIGMOID)) {
      return logistic(op, x);
    }
    if (op == Unary.NEGATE) {
      if (isOp(x, Unary.NEGATE)) {
        return x.inputs().get(0);
      }
      if (isOp(x, Binary.MINUS)) {
        return binary(Binary.MINUS, x.inputs().get(1), x.inputs().get(0), x.shape());
      }
      if (isOp(x, Binary.TIMES) && x.inputs().get(1).kind() instanceof Node.Constant c) {
        return binary(Binary.TIMES, x.inputs().get(0), nodes.constant(-c.value()), x.shape());
      }
    }
    return raw(op, x);
  }

  /** Both are made of e^−|x|, which a density and its gradient then share. */
  private Node logistic(Unary op, Node x) {
    Node e = raw(Unary.EXP, raw(Unary.NEGATE, raw(Unary.ABS, x)));
    if (op == Unary.SOFTPLUS) {
      return raw(Binary.PLUS, raw(Binary.MAXIMUM, x, nodes.constant(0)), raw(Unary.LOG1P, e));
    }
    Node positive = raw(Binary.LESS_EQUAL, nodes.constant(0), x);
    Node above = raw(new Primitive.Select(), positive, nodes.constant(1), e);
    return raw(Binary.OVER, above, raw(Binary.PLUS, e, nodes.constant(1)));
  }

  private Node binary(Binary op, Node left, Node right, Shape shape) {
    OptionalDouble a = uniform(left);
    OptionalDouble b = uniform(right);
    if (a.isPresent() && b.isPresent()) {
      return full(op.apply(a.getAsDouble(), b.getAsDouble()), shape);
    }
    Node x = narrowest(left);
    Node y = narrowest(right);
    Shape inner = x.shape().broadcast(y.shape());
    if (!inner.equals(shape)) {
      return broadcast(binary(op, x, y, inner), shape);
    }
    Node simple = a.isPresent() || b.isPresent() ? withNumber(op, x, y, a, b, shape) : null;
    return simple != null ? simple : general(op, x, y, shape);
  }

  /** An operand without a broadcast that the operation makes anyway. */
  private Node narrowest(Node operand) {
    OptionalDouble value = uniform(operand);
    if (value.isPresent()) {
      return nodes.constant(value.getAsDouble());
    }
    return isOp(operand, Primitive.Broadcast.class) ? operand.inputs().get(0) : operand;
  }

  private Node withNumber(
      Binary op, Node x, Node y, OptionalDouble a, OptionalDouble b, Shape shape) {
    Node other = a.isPresent() ? y : x;
    if (!other.shape().equals(shape)) {
      return null;
    }
    double value = a.isPresent() ? a.getAsDouble() : b.getAsDouble();
    boolean right = b.isPresent();
    switch (op) {
      case PLUS:
        return value == 0 ? other : right ? null : raw(op, y, x);
      case MINUS:
        if (right) {
          return value == 0 ? x : raw(Binary.PLUS, x, nodes.constant(-value));
        }
        return value == 0 ? unary(Unary.NEGATE, y) : null;
      case TIMES:
        return times(other, value);
      case OVER:
        return right && value != 0 ? times(x, 1 / value) : null;
      case POW:
        return !right ? null : value == 2 ? raw(Unary.SQUARE, x) : value == 1 ? x : null;
      default:
        return null;
    }
  }

  private Node times(Node x, double value) {
    if (value == 1) {
      return x;
    }
    if (value == -1) {
      return unary(Unary.NEGATE, x);
    }
    if (isOp(x, Binary.TIMES) && x.inputs().get(1).kind() instanceof Node.Constant c) {
      return times(x.inputs().get(0), value * c.value());
    }
    return isOp(x, Unary.NEGATE)
        ? times(x.inputs().get(0), -value)
        : raw(Binary.TIMES, x, nodes.constant(value));
  }

  private Node general(Binary op, Node x, Node y, Shape shape) {
    if (op == Binary.PLUS && isOp(x, Primitive.Pad.class) && isOp(y, Primitive.Pad.class)) {
      Node joined = joined(x, y);
      if (joined != null) {
        return joined;
      }
    }
    if (op == Binary.PLUS && isOp(y, Unary.NEGATE)) {
      return raw(Binary.MINUS, x, y.inputs().get(0));
    }
    if (op == Binary.PLUS && isOp(x, Unary.NEGATE)) {
      return raw(Binary.MINUS, y, x.inputs().get(0));
    }
    if (op == Binary.MINUS && isOp(y, Unary.NEGATE)) {
      return raw(Binary.PLUS, x, y.inputs().get(0));
    }
    // One division for a smaller operand instead of one for each element.
    if (op == Binary.OVER && 2 * y.shape().size() <= shape.size()) {
      return raw(Binary.TIMES, x, unary(Unary.RECIPROCAL, y));
    }
    return raw(op, x, y);
  }

  /** Two neighbouring slices, each padded to the whole, are one slice: gradients of cut vectors. */
  private Node joined(Node x, Node y) {
    Primitive.Pad a = (Primitive.Pad) ((Node.Operation) x.kind()).primitive();
    Primitive.Pad b = (Primitive.Pad) ((Node.Operation) y.kind()).primitive();
    if (a.axis() != b.axis()) {
      return null;
    }
    if (a.before() > b.before()) {
      return joined(y, x);
    }
    List<Node> parts = new ArrayList<>(parts(x, a.axis()));
    int end = a.before() + x.inputs().get(0).shape().dim(a.axis());
    if (end != b.before()) {
      return null;
    }
    parts.addAll(parts(y, a.axis()));
    Node whole = raw(new Primitive.Concat(a.axis()), parts.toArray(new Node[0]));
    return a.before() + b.after() == 0
        ? whole
        : raw(new Primitive.Pad(a.axis(), a.before(), b.after()), whole);
  }

  private static List<Node> parts(Node pad, int axis) {
    Node inner = pad.inputs().get(0);
    boolean joins =
        inner.kind() instanceof Node.Operation o
            && o.primitive() instanceof Primitive.Concat c
            && c.axis() == axis;
    return joins ? inner.inputs() : List.of(inner);
  }

  private Node select(List<Node> in, Shape shape) {
    OptionalDouble condition = uniform(in.get(0));
    if (condition.isPresent()) {
      return broadcast(condition.getAsDouble() != 0 ? in.get(1) : in.get(2), shape);
    }
    List<Node> narrow = new ArrayList<>();
    Shape inner = Shape.scalar();
    for (Node n : in) {
      narrow.add(narrowest(n));
      inner = inner.broadcast(narrowest(n).shape());
    }
    return broadcast(raw(new Primitive.Select(), narrow, inner), shape);
  }

  private Node reshape(Node x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    OptionalDouble value = uniform(x);
    if (value.isPresent()) {
      return full(value.getAsDouble(), shape);
    }
    return isOp(x, Primitive.Reshape.class)
        ? reshape(x.inputs().get(0), shape)
        : raw(new Primitive.Reshape(shape), List.of(x), shape);
  }

  private Node broadcast(Node x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    return isOp(x, Primitive.Broadcast.class)
        ? broadcast(x.inputs().get(0), shape)
        : raw(new Primitive.Broadcast(shape), List.of(x), shape);
  }

  private Node sum(Node x, int axes, Shape shape) {
    if (shape.size() == x.shape().size()) {
      return reshape(x, shape);
    }
    if (isOp(x, Primitive.Broadcast.class)) {
      Node inner = x.inputs().get(0);
      int extra = x.shape().rank() - inner.shape().rank();
      Shape rest = inner.shape();
      boolean repeated = true;
      int count = 1;
      for (int axis = x.shape().rank() - 1; axis >= 0; axis--) {
        if ((axes >> axis & 1) == 1) {
          repeated &= axis < extra || inner.shape().dim(axis - extra) == 1;
          count *= x.shape().dim(axis);
          rest = axis < extra ? rest : rest.without(axis - extra);
        }
      }
      if (repeated) {
        Node once = broadcast(reshape(inner, rest), shape);
        return binary(Binary.TIMES, once, nodes.constant(count), shape);
      }
    }
    if (isOp(x, Unary.NEGATE)) {
      return unary(Unary.NEGATE, sum(x.inputs().get(0), axes, shape));
    }
    if (isOp(x, Binary.TIMES) && x.inputs().get(1).kind() instanceof Node.Constant c) {
      return times(sum(x.inputs().get(0), axes, shape), c.value());
    }
    return raw(new Primitive.Sum(axes), List.of(x), shape);
  }

  /** The level is finite, so that a row of −∞ gives −∞ and one with +∞ gives +∞, never NaN. */
  private Node logSumExp(Node x, int axes, Shape shape) {
    Node top = raw(new Primitive.Max(axes), List.of(x), shape);
    Node level =
        raw(
            Binary.MINIMUM,
            raw(Binary.MAXIMUM, top, nodes.constant(-Double.MAX_VALUE)),
            nodes.constant(Double.MAX_VALUE));
    Shape kept = x.shape();
    for (int axis = 0; axis < kept.rank(); axis++) {
      kept = (axes >> axis & 1) == 1 ? kept.with(axis, 1) : kept;
    }
    Node weights = unary(Unary.EXP, binary(Binary.MINUS, x, reshape(level, kept), x.shape()));
    return raw(Binary.PLUS, raw(Unary.LOG, sum(weights, axes, shape)), level);
  }

  private static int inner(Primitive.Matmul product, Node left) {
    return left.shape().dim(product.left() == Primitive.Side.TRANSPOSED ? -2 : -1);
  }

  /** A column times a row, as in the gradient of a weight at one particle: it joins other loops. */
  private Node outer(Node left, Node right, Shape shape) {
    Node column = reshape(left, left.shape().leading(-2).append(shape.dim(-2), 1));
    Node row = reshape(right, right.shape().leading(-2).append(1, shape.dim(-1)));
    return binary(Binary.TIMES, column, row, shape);
  }

  /** A product and a sum: the sum joins the loop of whatever follows. */
  private Node affine(Node x, Node weight, Node bias, Shape shape) {
    int in = x.shape().dim(-1);
    Node flat = reshape(x, Shape.of(x.shape().leading(-1).size(), in));
    Primitive product = new Primitive.Matmul(Primitive.Side.PLAIN, Primitive.Side.TRANSPOSED);
    Shape all = product.shape(flat.shape(), weight.shape());
    Node rows = apply(product, List.of(flat, weight), all);
    return binary(Binary.PLUS, reshape(rows, shape), bias, shape);
  }

  private Node full(double value, Shape shape) {
    return broadcast(nodes.constant(value), shape);
  }

  /** The one value of all elements, where the graph says so. */
  private static OptionalDouble uniform(Node node) {
    Node x = node;
    while (isOp(x, Primitive.Broadcast.class) || isOp(x, Primitive.Reshape.class)) {
      x = x.inputs().get(0);
    }
    return x.kind() instanceof Node.Constant c
        ? OptionalDouble.of(c.value())
        : OptionalDouble.empty();
  }

  private static boolean isOp(Node node, Primitive op) {
    return node.kind() instanceof Node.Operation o && o.primitive() == op;
  }

  private static boolean isOp(Node node, Class<? extends Primitive> op) {
    return node.kind() instanceof Node.Operation o && op.isInstance(o.primitive());
  }
}
