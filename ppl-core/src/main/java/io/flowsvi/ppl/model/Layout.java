package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which plates are open and where their rows lie: the one place that knows the rule {@code [S] +
 * plates + event}.
 */
final class Layout {
  private final Map<String, Integer> axes;
  private final int rank;
  private final List<Plate> open = new ArrayList<>();

  /** A layout with a fixed axis for each plate name, among {@code rank} plate axes. */
  Layout(Map<String, Integer> axes, int rank) {
    this.axes = axes;
    this.rank = rank;
  }

  int rank() {
    return rank;
  }

  List<Plate> open() {
    return List.copyOf(open);
  }

  int axis(Plate plate) {
    Integer axis = axes.get(plate.name());
    if (axis == null) {
      throw new PplException(
          "Plate '"
              + plate.name()
              + "' was not there when the model was discovered; it had "
              + axes.keySet()
              + ". A model opens the same plates in every run.");
    }
    return axis;
  }

  void push(Plate plate) {
    axis(plate);
    open.add(plate);
  }

  void pop() {
    open.remove(open.size() - 1);
  }

  /** Sizes on all plate axes: open plates have theirs, the others 1. */
  Shape plateShape() {
    Shape shape = Shape.scalar();
    for (int i = 0; i < rank; i++) {
      shape = shape.append(1);
    }
    for (Plate plate : open) {
      shape = shape.with(axis(plate), plate.size());
    }
    return shape;
  }

  /** Lays data whose shape begins with the sizes of the open plates on their axes. */
  Tensor lay(Tensor data) {
    if (open.isEmpty()) {
      return data;
    }
    Shape shape = data.shape();
    int k = open.size();
    boolean fits = shape.rank() >= k;
    for (int i = 0; fits && i < k; i++) {
      fits = shape.dim(i) == open.get(i).size();
    }
    if (!fits) {
      throw new ShapeException(
          "Data of shape "
              + shape
              + " are read inside the plates "
              + open
              + ": their shape must begin with the sizes of these plates. Likely fix: read them outside the plate, or"
              + " give them the plate's size first.");
    }
    int[] order = new int[shape.rank()];
    boolean sorted = true;
    List<Plate> byAxis = new ArrayList<>(open);
    byAxis.sort((a, b) -> Integer.compare(axis(a), axis(b)));
    for (int i = 0; i < order.length; i++) {
      order[i] = i < k ? open.indexOf(byAxis.get(i)) : i;
      sorted &= order[i] == i;
    }
    Tensor ordered = sorted ? data : data.permute(order);
    return ordered.reshape(plateShape().append(shape.slice(k, shape.rank())));
  }

  /** Rows of a value along the axis of one plate, moved to the axes of the index. */
  Tensor gather(Tensor value, Plate from, Tensor index) {
    int lead = value.shape().rank() > rank ? 1 : 0;
    int source = axis(from) + lead;
    Shape event = value.shape().slice(lead + rank, value.shape().rank());
    Shape at = index.shape();
    if (at.rank() != rank) {
      throw new ShapeException(
          "gather needs an index laid on the plates, of rank "
              + rank
              + "; got "
              + at
              + ". Read it with ctx.data(int[], ...) inside the plate whose rows it describes.");
    }
    Tensor rows = value.gather(source, index.reshape(Shape.of(at.size())));
    Shape particles = value.shape().leading(lead);
    Shape others = value.shape().slice(lead, lead + rank).with(axis(from), 1);
    if (others.size() == 1) {
      return rows.reshape(particles.append(at).append(event));
    }
    int target = single(at) + lead;
    if (target == source) {
      return rows;
    }
    if (rows.shape().dim(target) != 1) {
      throw new ShapeException(
          "gather of " + value.shape() + " by an index " + at + " would need one axis twice.");
    }
    int[] swap = new int[rows.shape().rank()];
    for (int i = 0; i < swap.length; i++) {
      swap[i] = i == source ? target : i == target ? source : i;
    }
    return rows.permute(swap);
  }

  private static int single(Shape index) {
    int found = -1;
    for (int i = 0; i < index.rank(); i++) {
      if (index.dim(i) != 1) {
        if (found >= 0) {
          throw new ShapeException(
              "gather by an index over two plates needs a value in one plate only; index "
                  + index
                  + ".");
        }
        found = i;
      }
    }
    return Math.max(found, 0);
  }
}
