package io.flowsvi.ppl.script;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Patterns of a few operations that libtorch has one call for: one pass over memory instead of
 * several.
 *
 * <p>What lies inside a pattern must not be used elsewhere, else it would be computed twice.
 */
final class Idioms {
  /** So many numbers leave the nearest caches before they are needed again. */
  private static final int LARGE = 1 << 16;

  private final Readers readers;
  private final Scratch scratch;

  /**
   * A call in place of a pattern.
   *
   * @param format the expression, with a place for the name of each input
   * @param inputs what the pattern takes, all of them floating point numbers
   */
  record Idiom(String format, List<Node> inputs, Result result) {
    Idiom(String format, List<Node> inputs) {
      this(format, inputs, Result.CALL);
    }
  }

  /** Where a pattern's value is. */
  enum Result {
    /** It is what the call returns. */
    CALL,
    /** It is the first input, a part of which the call changed. */
    FIRST_INPUT
  }

  Idioms(Readers readers) {
    this.readers = readers;
    this.scratch = new Scratch(readers);
  }

  /** The call that gives this node's value together with operations before it. */
  Optional<Idiom> of(Node node) {
    if (isOp(node, Binary.TIMES)) {
      return slope(node);
    }
    if (isOp(node, Binary.PLUS)) {
      Optional<Idiom> first = added(node, 0);
      return first.isPresent() ? first : added(node, 1);
    }
    if (isOp(node, Binary.MINUS)) {
      return fused(node, node.inputs().get(0), node.inputs().get(1), -1);
    }
    return Optional.empty();
  }

  /** A cotangent times the slope of an activation. */
  private Optional<Idiom> slope(Node times) {
    for (int i = 0; i < 2; i++) {
      Node g = times.inputs().get(1 - i);
      Node slope = times.inputs().get(i);
      if (!g.shape().equals(times.shape()) || !slope.shape().equals(times.shape())) {
        continue;
      }
      Optional<Node> relu = rectified(slope);
      if (relu.isPresent()) {
        return Optional.of(
            new Idiom("torch.threshold_backward(%s, %s, 0)", List.of(g, unit(relu.get(), times))));
      }
      if (readers.count(slope) > 1) {
        continue;
      }
      boolean one = isOp(slope, Binary.MINUS) && slope.inputs().get(0).isConstant(1);
      if (one && isOp(slope.inputs().get(1), Unary.SQUARE)) {
        Node y = slope.inputs().get(1).inputs().get(0);
        if (isOp(y, Unary.TANH)) {
          return Optional.of(new Idiom("torch.tanh_backward(%s, %s)", List.of(g, y)));
        }
      }
      if (isOp(slope, Binary.TIMES)) {
        Node y = slope.inputs().get(0);
        Node other = slope.inputs().get(1);
        boolean both = isOp(y, Unary.SIGMOID) && isOp(other, Unary.SIGMOID);
        if (both
            && isOp(other.inputs().get(0), Unary.NEGATE)
            && other.inputs().get(0).inputs().get(0) == y.inputs().get(0)) {
          return Optional.of(new Idiom("torch.sigmoid_backward(%s, %s)", List.of(g, y)));
        }
      }
    }
    return Optional.empty();
  }

  /** The x of (0 &lt; x) + ½ (x = 0), which is the slope of max(x, 0). */
  private static Optional<Node> rectified(Node slope) {
    if (!isOp(slope, Binary.PLUS)) {
      return Optional.empty();
    }
    Node above = slope.inputs().get(0);
    Node tie = slope.inputs().get(1);
    if (!isOp(above, Binary.LESS)
        || !above.inputs().get(0).isConstant(0)
        || !isOp(tie, Binary.TIMES)
        || !tie.inputs().get(1).isConstant(0.5)
        || !isOp(tie.inputs().get(0), Binary.EQUAL)) {
      return Optional.empty();
    }
    Node x = above.inputs().get(1);
    List<Node> equal = tie.inputs().get(0).inputs();
    boolean same = equal.contains(x) && equal.stream().anyMatch(n -> n.isConstant(0));
    return same ? Optional.of(x) : Optional.empty();
  }

  /**
   * max(x, 0) is above 0 where x is: what is kept for the way back, so that x need not be. But a
   * small part of a wider array is quicker read from an array of its own.
   */
  private Node unit(Node x, Node reader) {
    return readers.of(x).stream()
        .filter(r -> isOp(r, Binary.MAXIMUM) && r.inputs().get(0) == x)
        .filter(r -> r.inputs().get(1).isConstant(0) && r.number() < reader.number())
        .filter(r -> r.shape().size() >= LARGE || readers.of(r).stream().noneMatch(Idioms::isJoin))
        .findFirst()
        .orElse(x);
  }

  private static boolean isJoin(Node node) {
    return node.kind() instanceof Node.Operation o && o.primitive() instanceof Primitive.Concat;
  }

  /** A sum with a product in it. */
  private Optional<Idiom> added(Node sum, int which) {
    Node product = sum.inputs().get(which);
    Node rest = sum.inputs().get(1 - which);
    boolean alone = rest.shape().equals(product.shape()) && readers.count(product) == 1;
    if (alone
        && scratch.has(rest)
        && product.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Pad pad) {
      return Optional.of(addedInPart(rest, product.inputs().get(0), pad));
    }
    if (alone
        && Matrices.isFlat(product)
        && ((Node.Operation) product.kind()).primitive() instanceof Primitive.Matmul op) {
      String call = scratch.has(rest) ? "torch.addmm_" : "torch.addmm";
      List<Node> in = product.inputs();
      return Optional.of(
          new Idiom(call + "(%s, " + operands(op) + ")", List.of(rest, in.get(0), in.get(1))));
    }
    return fused(sum, rest, product, 1);
  }

  private static String operands(Primitive.Matmul op) {
    return Matrices.turned("%s", op.left()) + ", " + Matrices.turned("%s", op.right());
  }

  /** A padded array added to that part of another that it is not 0 in. */
  private Idiom addedInPart(Node rest, Node inner, Primitive.Pad pad) {
    int to = pad.before() + inner.shape().dim(pad.axis());
    String part = "torch.slice(%s, " + pad.axis() + ", " + pad.before() + ", " + to + ", 1)";
    if (readers.count(inner) == 1
        && Matrices.isFlat(inner)
        && ((Node.Operation) inner.kind()).primitive() instanceof Primitive.Matmul op) {
      List<Node> in = inner.inputs();
      String format = "torch.addmm_(" + part + ", " + operands(op) + ")";
      return new Idiom(format, List.of(rest, in.get(0), in.get(1)), Result.FIRST_INPUT);
    }
    return new Idiom("torch.add_(" + part + ", %s)", List.of(rest, inner), Result.FIRST_INPUT);
  }

  /** A sum of an array and c·a or c·a·b. */
  private Optional<Idiom> fused(Node sum, Node rest, Node product, int sign) {
    if (rest.kind() instanceof Node.Constant || !product.shape().equals(sum.shape())) {
      return Optional.empty();
    }
    List<Node> arrays = new ArrayList<>();
    double c = sign * factors(product, product.shape(), arrays);
    boolean alone = arrays.size() == 1 && arrays.get(0) == product;
    if (arrays.isEmpty() || alone || arrays.size() > 2 || !(Math.abs(c) <= Float.MAX_VALUE)) {
      return Optional.empty();
    }
    boolean here = scratch.has(rest) && rest.shape().equals(sum.shape());
    String call = arrays.size() == 1 ? "torch.add" : "torch.addcmul";
    String value = arrays.size() == 1 ? ", alpha=" : ", value=";
    String format =
        (here ? call + "_" : call)
            + (arrays.size() == 1 ? "(%s, %s" : "(%s, %s, %s")
            + (c == 1 ? ")" : value + String.valueOf(c).toLowerCase(Locale.ROOT) + ")");
    arrays.add(0, rest);
    return Optional.of(new Idiom(format, arrays));
  }

  /** The number in a product whose parts nobody else reads; its arrays are added to a list. */
  private double factors(Node node, Shape shape, List<Node> arrays) {
    if (node.kind() instanceof Node.Constant c) {
      return c.value();
    }
    boolean part = readers.count(node) == 1 && node.shape().equals(shape);
    if (part && isOp(node, Unary.NEGATE)) {
      return -factors(node.inputs().get(0), shape, arrays);
    }
    if (part && isOp(node, Unary.SQUARE)) {
      arrays.add(node.inputs().get(0));
      arrays.add(node.inputs().get(0));
      return 1;
    }
    if (part && isOp(node, Binary.TIMES) && slope(node).isEmpty()) {
      double first = factors(node.inputs().get(0), shape, arrays);
      return first * factors(node.inputs().get(1), shape, arrays);
    }
    arrays.add(node);
    return 1;
  }

  private static boolean isOp(Node node, Primitive op) {
    return node.kind() instanceof Node.Operation o && o.primitive() == op;
  }
}
