package io.flowsvi.ppl.pass;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Nodes;
import io.flowsvi.ppl.graph.Readers;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.List;

/**
 * Sums the columns of a matrix that a product reads, too, as a product with a row of ones: the
 * gradient of a bias, beside that of its weights.
 *
 * <p>A product holds the sums in registers while it goes down the rows, and multiplying by one
 * changes no bit. A loop over rows adds each row to an array instead; where rows are no whole
 * vectors, the last vector of a row overlaps what was just stored, and waits for it. A matrix that
 * no product reads stays with its loop, which need not store it. Without vectors a loop is as
 * quick.
 */
public final class ColumnSums {
  private static final Primitive PRODUCT =
      new Primitive.Matmul(Primitive.Side.PLAIN, Primitive.Side.PLAIN);

  private final Nodes nodes = new Nodes();
  private final Readers readers;
  private final Node[] images;

  private ColumnSums(Graph graph) {
    readers = new Readers(graph);
    images = new Node[graph.nodes().get(graph.nodes().size() - 1).number() + 1];
  }

  /** A graph of the same values; the same graph where there is nothing to do. */
  public static Graph asProducts(Graph graph) {
    if (!VectorUnit.isPresent()) {
      return graph;
    }
    ColumnSums sums = new ColumnSums(graph);
    if (graph.nodes().stream().noneMatch(sums::isOfProductsMatrix)) {
      return graph;
    }
    for (Node node : graph.nodes()) {
      List<Node> inputs = node.inputs().stream().map(sums::image).toList();
      sums.images[node.number()] =
          sums.isOfProductsMatrix(node)
              ? sums.product(inputs.get(0), node.shape())
              : sums.nodes.of(node.kind(), inputs, node.shape());
    }
    return Graph.of(graph.outputs().stream().map(sums::image).toList());
  }

  private Node image(Node node) {
    return images[node.number()];
  }

  private boolean isOfProductsMatrix(Node node) {
    return node.kind() instanceof Node.Operation o
        && o.primitive() instanceof Primitive.Sum sum
        && sum.axes() == 1
        && node.inputs().get(0).shape().rank() == 2
        && node.shape().size() > 1
        && readers.of(node.inputs().get(0)).stream().anyMatch(ColumnSums::isProduct);
  }

  private static boolean isProduct(Node node) {
    return node.kind() instanceof Node.Masked
        || node.kind() instanceof Node.Operation o && o.primitive() instanceof Primitive.Matmul;
  }

  private Node product(Node matrix, Shape columns) {
    Shape row = Shape.of(1, matrix.shape().dim(0));
    Node ones = operation(new Primitive.Broadcast(row), List.of(nodes.constant(1)), row);
    Node sums = operation(PRODUCT, List.of(ones, matrix), Shape.of(1, columns.size()));
    return operation(new Primitive.Reshape(columns), List.of(sums), columns);
  }

  private Node operation(Primitive op, List<Node> inputs, Shape shape) {
    return nodes.of(new Node.Operation(op), inputs, shape);
  }
}
