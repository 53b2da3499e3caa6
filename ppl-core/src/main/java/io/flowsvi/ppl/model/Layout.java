package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which plates are open and where their rows lie: the one place that knows the rule {@code [S] +
 * plates + event}.
 */
final class Layout {
  private final Map<String, Integer> axes;
  private final int rank;
  private final List<Plate> open = new ArrayList<>();
  // Every site asks for these two; they change only when a plate opens or closes.
  private List<Plate> openCopy = List.of();
  private Shape plateShape;
  // Data with an event: their first axis is a plate's, not the particles'.
  private final Set<Tensor> particleFree = Collections.newSetFromMap(new IdentityHashMap<>(2));

  /** A layout with a fixed axis for each plate name, among {@code rank} plate axes. */
  Layout(Map<String, Integer> axes, int rank) {
    this.axes = axes;
    this.rank = rank;
    changed();
  }

  int rank() {
    return rank;
  }

  /** The open plates, outer to inner. */
  List<Plate> open() {
    return openCopy;
  }

  /** Sizes on all plate axes: open plates have theirs, the others 1. */
  Shape plateShape() {
    return plateShape;
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
    changed();
  }

  void pop() {
    open.remove(open.size() - 1);
    changed();
  }

  private void changed() {
    openCopy = List.copyOf(open);
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    for (Plate plate : open) {
      sizes[axis(plate)] = plate.size();
    }
    plateShape = Shape.of(sizes);
  }

  /** The open plates in words: "outside any plate", or "inside school(8)". */
  String place() {
    return open.isEmpty()
        ? "outside any plate"
        : open.stream().map(Plate::toString).collect(Collectors.joining(", ", "inside ", ""));
  }

  /** All plates with their size here, in the order of axes: "(school: 1, not in it)". */
  String sizes() {
    if (axes.isEmpty()) {
      return "(none in the model)";
    }
    return axes.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(
            e ->
                open.stream()
                    .filter(p -> p.name().equals(e.getKey()))
                    .findFirst()
                    .map(p -> p.name() + ": " + p.size())
                    .orElse(e.getKey() + ": 1, not in it"))
        .collect(Collectors.joining("; ", "(", ")"));
  }

  /**
   * A flat index of {@code [S] + plates + event} as a user counts, from 0: on the open plates,
   * outer to inner, then on the event.
   */
  String index(Shape shape, int eventRank, int flat) {
    int[] at = new int[shape.rank()];
    int rest = flat;
    for (int axis = at.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    int event = Math.max(0, shape.rank() - eventRank);
    List<Integer> index = new ArrayList<>();
    for (Plate plate : open) {
      int axis = event - rank + axis(plate);
      index.add(axis < 0 ? 0 : at[axis]);
    }
    for (int axis = event; axis < at.length; axis++) {
      index.add(at[axis]);
    }
    return index.toString();
  }

  Tensor data(double[] values, Shape shape) {
    check(values == null, values == null ? 0 : values.length, shape);
    return lay(Arena.current().tensor(values, shape));
  }

  Tensor data(float[] values, Shape shape) {
    check(values == null, values == null ? 0 : values.length, shape);
    return lay(Arena.current().tensor(values, shape));
  }

  Tensor data(int[] values, Shape shape) {
    check(values == null, values == null ? 0 : values.length, shape);
    return lay(Arena.current().index(values, shape));
  }

  private void check(boolean missing, int length, Shape shape) {
    if (missing) {
      throw new PplException(
          "Data of shape "
              + shape
              + ", read "
              + place()
              + ", are missing: the array is null. Likely fix: give the model's data record a value"
              + " for every field.");
    }
    if (length != shape.size()) {
      throw new ShapeException(
          "Data of shape "
              + shape
              + ", read "
              + place()
              + ", need "
              + shape.size()
              + " values, got "
              + length
              + ". Likely fix: check the length of the array, and the order of plate sizes and"
              + " event sizes in the shape.");
    }
  }

  /** Lays data whose shape begins with the sizes of the open plates on their axes. */
  private Tensor lay(Tensor data) {
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
              + ": their shape must begin with the sizes of these plates. Likely fix: read them"
              + " outside the plate, or give them the plate's size first.");
    }
    int[] order = new int[shape.rank()];
    boolean sorted = true;
    List<Plate> byAxis = new ArrayList<>(open);
    if (k > 1) {
      byAxis.sort((a, b) -> Integer.compare(axis(a), axis(b)));
    }
    for (int i = 0; i < order.length; i++) {
      order[i] = i < k ? open.indexOf(byAxis.get(i)) : i;
      sorted &= order[i] == i;
    }
    Tensor ordered = sorted ? data : data.permute(order);
    Tensor laid = ordered.reshape(plateShape().append(shape.slice(k, shape.rank())));
    if (laid.shape().rank() > rank) {
      particleFree.add(laid);
    }
    return laid;
  }

  /**
   * Rows of a value along the axis of one plate, moved to the axes of the index.
   *
   * @param value {@code [S] + plates + event} with S the particles or 1, or data without particles
   */
  Tensor gather(Tensor value, Plate from, Tensor index, int particles) {
    Shape at = index.shape();
    if (at.rank() != rank) {
      throw new ShapeException(
          "gather needs an index laid on the plates, of rank "
              + rank
              + "; got "
              + at
              + ". Read it with ctx.data(int[], ...) inside the plate whose rows it describes.");
    }
    int lead = particleFree.contains(value) ? 0 : particleAxes(value.shape(), from, particles);
    int source = axis(from) + lead;
    Shape event = value.shape().slice(lead + rank, value.shape().rank());
    Tensor rows = value.gather(source, index.reshape(Shape.of(at.size())));
    Shape head = value.shape().leading(lead);
    Shape others = value.shape().slice(lead, lead + rank).with(axis(from), 1);
    if (others.size() == 1) {
      return rows.reshape(head.append(at).append(event));
    }
    if (at.size() == 1) {
      // One row: its axis has size 1 and broadcasts wherever it lies.
      return rows;
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

  /** 1 where a value begins with an axis of particles, 0 for data. */
  private int particleAxes(Shape value, Plate from, int particles) {
    int axis = axis(from);
    boolean led =
        value.rank() > rank
            && (value.dim(0) == particles || value.dim(0) == 1)
            && value.dim(1 + axis) == from.size();
    if (!led && !(value.rank() >= rank && value.dim(axis) == from.size())) {
      throw new ShapeException(
          "gather takes rows of plate "
              + from
              + ", but the value of shape "
              + value
              + " has none there: it should be particles + plates, with "
              + from.size()
              + " on plate axis "
              + axis
              + ". Likely fix: sample, derive or read the value inside ctx.plate("
              + from.name()
              + ", ...).");
    }
    return led ? 1 : 0;
  }

  private static int single(Shape index) {
    int found = -1;
    for (int i = 0; i < index.rank(); i++) {
      if (index.dim(i) != 1) {
        if (found >= 0) {
          throw new ShapeException(
              "gather by an index over two plates, "
                  + index
                  + ", needs a value in one plate only. Likely fix: read the index inside the one"
                  + " plate it varies over, before the other opens.");
        }
        found = i;
      }
    }
    return found;
  }
}
