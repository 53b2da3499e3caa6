package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums terms over plates, each multiplied by its plates' scale, with as few operations as possible.
 *
 * <p>Terms in the same plates are added before they are summed.
 */
public final class Terms {
  private Terms() {}

  /** The scaled sum of terms as {@code [S]}; a plain 0 where there is none. */
  public static Tensor sum(List<Term> terms) {
    return sum(terms, List.of());
  }

  /**
   * The sum of terms as {@code [S, B]}, keeping the axis of the given plates unsummed and unscaled;
   * {@code [S]} where there is none to keep.
   */
  public static Tensor sum(List<Term> terms, List<Plate> kept) {
    Map<List<Plate>, List<Tensor>> groups = new LinkedHashMap<>();
    for (Term term : terms) {
      groups.computeIfAbsent(term.plates(), p -> new ArrayList<>()).add(term.logDensity());
    }
    Tensor total = Tensor.number(0);
    for (Map.Entry<List<Plate>, List<Tensor>> group : groups.entrySet()) {
      Tensor joined = group.getValue().get(0);
      for (Tensor more : group.getValue().subList(1, group.getValue().size())) {
        joined = joined.plus(more);
      }
      List<Plate> summed = new ArrayList<>(group.getKey());
      summed.removeAll(kept);
      double scale = summed.stream().mapToDouble(Plate::scale).reduce(1, (a, b) -> a * b);
      total =
          total.plus(
              reduce(joined, group.getKey().containsAll(kept) ? kept : List.of()).times(scale));
    }
    return total;
  }

  private static Tensor reduce(Tensor term, List<Plate> kept) {
    Shape shape = term.shape();
    if (kept.isEmpty()) {
      int inner = shape.size() / Math.max(1, shape.dim(0));
      if (inner == 1) {
        return term.reshape(Shape.of(shape.dim(0)));
      }
      int[] axes = new int[shape.rank() - 1];
      for (int i = 0; i < axes.length; i++) {
        axes[i] = i + 1;
      }
      return term.sum(axes);
    }
    // The kept plate is the only one with latents: its axis is the one of its size, the rest sum.
    int size = kept.get(0).size();
    int axis = 1;
    while (axis < shape.rank() && shape.dim(axis) != size) {
      axis++;
    }
    int[] others = new int[shape.rank() - 2];
    for (int i = 1, n = 0; i < shape.rank(); i++) {
      if (i != axis) {
        others[n++] = i;
      }
    }
    return others.length == 0 ? term : term.sum(others);
  }
}
