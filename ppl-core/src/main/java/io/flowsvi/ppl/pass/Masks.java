package io.flowsvi.ppl.pass;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Nodes;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Joins masks of data with the matrix products before or after them.
 *
 * <p>Where X(W∘M)ᵀ is all that a masked matrix is for, it is one {@link Node.Masked}, and so are
 * its gradients: Ȳ(W∘M) towards X, and (ȲᵀX)∘M towards W. Neither the masked matrix nor a gradient
 * of the numbers that are left out is then made.
 */
public final class Masks {
  /** Smaller masks cost less than looking at their rows one by one. */
  private static final int SMALLEST = 512;

  /** By vectors a product has been made whole before its rows have been looked at. */
  private static final int SMALLEST_WITH_VECTORS = 1536;

  /** So do those of products with fewer multiplications, such as one row times a small matrix. */
  private static final int LEAST_WORK = 4096;

  private final Nodes nodes = new Nodes();
  private final Readers readers;
  private final Set<Node> ofData = new HashSet<>();
  private final Node[] images;

  private Masks(Graph graph) {
    readers = new Readers(graph);
    images = new Node[graph.nodes().get(graph.nodes().size() - 1).number() + 1];
    for (Node node : graph.nodes()) {
      boolean computed = node.kind() instanceof Node.Operation;
      if (node.kind() instanceof Node.Data || computed && ofData.containsAll(node.inputs())) {
        ofData.add(node);
      }
    }
  }

  /** A graph of the same values; the same graph where no product has a mask. */
  public static Graph join(Graph graph) {
    boolean any = false;
    for (Node node : graph.nodes()) {
      any |= isProduct(node);
    }
    if (!any) {
      return graph;
    }
    Masks masks = new Masks(graph);
    graph.nodes().forEach(masks::visit);
    return Graph.of(graph.outputs().stream().map(masks::image).toList());
  }

  private Node image(Node node) {
    return images[node.number()];
  }

  private void visit(Node node) {
    images[node.number()] =
        masked(node)
            .orElseGet(
                () ->
                    nodes.of(
                        node.kind(),
                        node.inputs().stream().map(this::image).toList(),
                        node.shape()));
  }

  private Optional<Node> masked(Node node) {
    if (isProduct(node)) {
      Node right = node.inputs().get(1);
      return mask(right)
          .filter(mask -> isForProductsAlone(right) && isWork(right))
          .map(mask -> join(node, node, Node.Masked.Part.RIGHT, other(right, mask), mask));
    }
    return mask(node)
        .filter(mask -> isProduct(other(node, mask)))
        .filter(
            mask -> readers.count(other(node, mask)) == 1 && work(other(node, mask)) >= LEAST_WORK)
        .map(
            mask -> {
              Node product = other(node, mask);
              Node right = product.inputs().get(1);
              return join(node, product, Node.Masked.Part.RESULT, right, mask);
            });
  }

  private Node join(Node node, Node product, Node.Masked.Part part, Node right, Node mask) {
    Primitive.Matmul op = (Primitive.Matmul) ((Node.Operation) product.kind()).primitive();
    List<Node> inputs = List.of(image(product.inputs().get(0)), image(right), image(mask));
    return nodes.of(new Node.Masked(op, part), inputs, node.shape());
  }

  /** The mask in a matrix times a matrix of data. */
  private Optional<Node> mask(Node node) {
    int smallest = VectorUnit.isPresent() ? SMALLEST_WITH_VECTORS : SMALLEST;
    boolean matrix = node.shape().rank() == 2 && node.shape().size() >= smallest;
    boolean times = node.kind() instanceof Node.Operation o && o.primitive() == Binary.TIMES;
    if (!matrix || !times || ofData.contains(node)) {
      return Optional.empty();
    }
    return node.inputs().stream()
        .filter(i -> ofData.contains(i) && i.shape().equals(node.shape()))
        .findFirst()
        .filter(mask -> other(node, mask).shape().equals(node.shape()));
  }

  private static Node other(Node times, Node mask) {
    return times.inputs().get(times.inputs().get(0) == mask ? 1 : 0);
  }

  private boolean isForProductsAlone(Node right) {
    return readers.isInner(right)
        && readers.of(right).stream()
            .allMatch(
                r -> isProduct(r) && r.inputs().get(1) == right && r.inputs().get(0) != right);
  }

  /** Whether any of the products of a matrix is large: all of them are made in one way. */
  private boolean isWork(Node right) {
    return readers.of(right).stream().anyMatch(r -> work(r) >= LEAST_WORK);
  }

  /** How many multiplications a product makes. */
  private static long work(Node product) {
    int inner = product.inputs().get(0).shape().size() / Math.max(1, product.shape().dim(0));
    return (long) product.shape().size() * inner;
  }

  private static boolean isProduct(Node node) {
    return node.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Matmul
        && node.shape().rank() == 2
        && node.inputs().stream().allMatch(i -> i.shape().rank() == 2);
  }
}
