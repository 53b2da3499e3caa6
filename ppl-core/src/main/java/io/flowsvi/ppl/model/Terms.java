package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;
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
   * {@code [S]} where there is none to keep. At most one plate is kept; every term must be in it.
   */
  public static Tensor sum(List<Term> terms, List<Plate> kept) {
    Map<List<Plate>, List<Tensor>> groups = new LinkedHashMap<>();
    for (Term term : terms) {
      List<Tensor> group = groups.get(term.plates());
      if (group == null) {
        group = new ArrayList<>();
        groups.put(term.plates(), group);
      }
      group.add(term.logDensity());
    }
    Tensor total = Tensor.number(0);
    for (Map.Entry<List<Plate>, List<Tensor>> group : groups.entrySet()) {
      Tensor joined = group.getValue().get(0);
      for (Tensor more : group.getValue().subList(1, group.getValue().size())) {
        joined = joined.plus(more);
      }
      List<Plate> summed = new ArrayList<>(group.getKey());
      summed.removeAll(kept);
      boolean rows = !kept.isEmpty() && group.getKey().containsAll(kept);
      Tensor reduced = rows ? rows(joined, terms, kept) : reduce(joined, 0);
      total = total.plus(reduced.times(Plate.scale(summed)));
    }
    return total;
  }

  /** Summed over all plates but the kept one: {@code [S, B]}. */
  private static Tensor rows(Tensor term, List<Term> terms, List<Plate> kept) {
    if (kept.get(0).size() == 1) {
      return reduce(term, 0).unsqueeze(-1);
    }
    // A term of this plate alone has size 1 on every other axis, so it tells the plate's axis, even
    // where another plate has the same size.
    for (Term candidate : terms) {
      Shape shape = candidate.logDensity().shape();
      for (int axis = 1; candidate.plates().equals(kept) && axis < shape.rank(); axis++) {
        if (shape.dim(axis) != 1) {
          return reduce(term, axis);
        }
      }
    }
    throw new PplException(
        "Log weights per row of " + kept + " need a latent, or its log q, in this plate alone.");
  }

  /** Summed over all axes but the particles' and, unless 0, one more. */
  private static Tensor reduce(Tensor term, int kept) {
    Shape shape = term.shape();
    if (kept == 0 && shape.size() == shape.dim(0)) {
      return term.reshape(Shape.of(shape.dim(0)));
    }
    int[] axes = new int[shape.rank() - (kept == 0 ? 1 : 2)];
    for (int i = 1, n = 0; i < shape.rank(); i++) {
      if (i != kept) {
        axes[n++] = i;
      }
    }
    return axes.length == 0 ? term : term.sum(axes);
  }
}
