package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of {@link Made#solve}: units as rows, so that each step reads and writes whole rows.
 *
 * <p>For each range of degrees, first one product takes in everything found before the range; then,
 * degree by degree, the few units of a degree take in the rest of the range, and the next
 * coordinate is found.
 */
final class MadeSolution {
  private final MadeSettings settings;
  private final int[] cuts;
  private final List<int[]> degrees;
  private final List<MaskedLinear> layers;
  private final List<Optional<Param>> contextWeights;
  private final int rows;
  private final Optional<Tensor> context;

  MadeSolution(
      MadeSettings settings,
      int[] cuts,
      List<int[]> degrees,
      List<MaskedLinear> layers,
      List<Optional<Param>> contextWeights,
      int rows,
      Optional<Tensor> context) {
    this.settings = settings;
    this.cuts = cuts;
    this.degrees = degrees;
    this.layers = layers;
    this.contextWeights = contextWeights;
    this.rows = rows;
    // [C, 1] or [C, N]
    this.context = context.map(c -> c.shape().rank() == 1 ? c.unsqueeze(-1) : c.transpose());
  }

  /** Rows found so far, in pieces that are joined when a product needs them. */
  private static final class Found {
    private Optional<Tensor> joined = Optional.empty();

    void add(Tensor more) {
      joined = Optional.of(joined.map(j -> Tensor.concat(List.of(j, more), 0)).orElse(more));
    }

    void add(Found more) {
      more.joined.ifPresent(this::add);
    }
  }

  Tensor run(Made.Solver solver) {
    int hidden = degrees.size();
    List<Found> known = fresh(hidden + 1);
    for (int b = 0; b + 1 < cuts.length; b++) {
      List<Optional<Tensor>> within = new ArrayList<>();
      List<Optional<Tensor>> base = new ArrayList<>();
      for (int l = 0; l <= hidden; l++) {
        start(b, l, known.get(l), base, within);
      }
      List<Found> inner = fresh(hidden + 1);
      for (int degree = cuts[b]; degree < cuts[b + 1]; degree++) {
        for (int l = 0; l < hidden; l++) {
          units(b, l, degree, base.get(l), within.get(l), inner);
        }
        Tensor numbers = numbers(degree - cuts[b], b, base.get(hidden), within.get(hidden), inner);
        inner.get(0).add(solver.coordinate(degree, numbers));
      }
      for (int l = 0; l <= hidden; l++) {
        known.get(l).add(inner.get(l));
      }
    }
    return known.get(0).joined.orElseThrow();
  }

  private static List<Found> fresh(int count) {
    List<Found> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Found());
    }
    return all;
  }

  /**
   * What a range gets from before it {@code [rows, N]}, and its weights within {@code [rows, K]}.
   */
  private void start(
      int b, int l, Found known, List<Optional<Tensor>> base, List<Optional<Tensor>> within) {
    MaskedLinear layer = layers.get(l);
    if (layer.rows(b) == 0) {
      base.add(Optional.empty());
      within.add(Optional.empty());
      return;
    }
    Tensor sum = layer.bias(b).unsqueeze(-1);
    if (l == 0 && context.isPresent()) {
      sum = sum.plus(contextWeights.get(b).orElseThrow().value().matmul(context.get()));
    }
    Optional<Tensor> rest = Optional.empty();
    if (layer.sees(b)) {
      Tensor weight = layer.weight(b);
      int before = layer.before(b);
      if (before > 0) {
        sum = weight.slice(1, 0, before).matmul(known.joined.orElseThrow()).plus(sum);
      }
      rest = Optional.of(weight.slice(1, before, weight.shape().dim(1)));
    }
    base.add(Optional.of(sum.expand(Shape.of(layer.rows(b), rows))));
    within.add(rest);
  }

  /** The units of one degree in one layer, appended to what the next layer knows. */
  private void units(
      int b, int l, int degree, Optional<Tensor> base, Optional<Tensor> within, List<Found> inner) {
    int first = first(l, degree) - first(l, cuts[b]);
    int end = first(l, degree + 1) - first(l, cuts[b]);
    if (first == end) {
      return;
    }
    Tensor own = base.orElseThrow().slice(0, first, end);
    Optional<Tensor> seen = inner.get(l).joined;
    if (seen.isPresent() && within.isPresent()) {
      int count = seen.get().shape().dim(0);
      own = within.get().slice(0, first, end).slice(1, 0, count).matmul(seen.get()).plus(own);
    }
    inner.get(l + 1).add(settings.activation().apply(own));
  }

  /** How many units of a layer have a smaller degree. */
  private int first(int l, int degree) {
    int count = 0;
    for (int d : degrees.get(l)) {
      count += d < degree ? 1 : 0;
    }
    return count;
  }

  /** {@code [P, N]} of the coordinate with this index in its range. */
  private Tensor numbers(
      int index, int b, Optional<Tensor> base, Optional<Tensor> within, List<Found> inner) {
    int p = settings.numbers();
    int width = cuts[b + 1] - cuts[b];
    Tensor own = base.orElseThrow().reshape(Shape.of(p, width, rows)).at(1, index);
    Optional<Tensor> seen = inner.get(inner.size() - 1).joined;
    if (seen.isEmpty() || within.isEmpty()) {
      return own;
    }
    int count = seen.get().shape().dim(0);
    Tensor all = within.get();
    Tensor weight = all.reshape(Shape.of(p, width, all.shape().dim(1))).at(1, index);
    return weight.slice(1, 0, count).matmul(seen.get()).plus(own);
  }
}
