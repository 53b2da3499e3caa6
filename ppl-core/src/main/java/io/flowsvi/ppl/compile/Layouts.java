package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * In which order arrays keep their elements: where the last axis is shorter than a vector, with the
 * first axis (the particles) innermost, so that loops can run over vectors of it.
 *
 * <p>Only results of loops that loops alone read are free: calls, users and reshapes that join axes
 * expect the natural order.
 */
final class Layouts {
  private final Set<Node> natural = new HashSet<>();
  private final Predicate<Node> loops;

  Layouts(Graph graph, Predicate<Node> loops) {
    this.loops = loops;
    if (!VectorUnit.isPresent()) {
      return;
    }
    graph.outputs().forEach(this::keep);
    for (Node node : graph.nodes()) {
      Optional<Primitive> move = Plan.move(node);
      boolean joins =
          move.isPresent()
              && move.get() instanceof Primitive.Reshape
              && !squeezed(node.shape()).equals(squeezed(node.inputs().get(0).shape()));
      if (joins || move.isEmpty() && !loops.test(node)) {
        node.inputs().forEach(this::keep);
      }
    }
  }

  private static Shape squeezed(Shape shape) {
    Shape result = shape;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      result = shape.dim(axis) == 1 ? result.without(axis) : result;
    }
    return result;
  }

  /** Keeps the order of a node, and of what it is a view of. */
  private void keep(Node node) {
    natural.add(node);
    if (Plan.move(node).isPresent()) {
      keep(node.inputs().get(0));
    }
  }

  /** The strides of a node's array. */
  int[] of(Node node) {
    Shape shape = node.shape();
    boolean turns =
        VectorUnit.isPresent()
            && shape.rank() > 1
            && shape.size() >= VectorUnit.smallest()
            && shape.dim(-1) < VectorUnit.lanes()
            && shape.dim(0) >= 2 * VectorUnit.lanes()
            && loops.test(node)
            && !natural.contains(node);
    return turns ? particlesInside(shape) : shape.strides();
  }

  private static int[] particlesInside(Shape shape) {
    int[] strides = new int[shape.rank()];
    strides[0] = 1;
    int step = shape.dim(0);
    for (int axis = shape.rank() - 1; axis > 0; axis--) {
      strides[axis] = step;
      step *= shape.dim(axis);
    }
    return strides;
  }
}
