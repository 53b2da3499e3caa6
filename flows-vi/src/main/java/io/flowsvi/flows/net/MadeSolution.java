package io.flowsvi.flows.net;

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
 *
 * @param pass the layers, and a context
 */
record MadeSolution(MadePass pass) {
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
    int hidden = pass.hidden();
    int[] cuts = pass.cuts();
    List<Found> known = fresh(hidden + 1);
    for (int b = 0; b < pass.ranges(); b++) {
      List<Optional<MadePass.Range>> ranges = new ArrayList<>();
      for (int l = 0; l <= hidden; l++) {
        ranges.add(pass.range(b, l, known.get(l).joined));
      }
      List<Found> inner = fresh(hidden + 1);
      for (int degree = cuts[b]; degree < cuts[b + 1]; degree++) {
        for (int l = 0; l < hidden; l++) {
          units(b, l, degree, ranges.get(l), inner);
        }
        Tensor numbers = numbers(b, degree, ranges.get(hidden).orElseThrow(), inner.get(hidden));
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

  /** The units of one degree in one layer, appended to what the next layer knows. */
  private void units(int b, int l, int degree, Optional<MadePass.Range> range, List<Found> inner) {
    int before = pass.first(l, pass.cuts()[b]);
    int first = pass.first(l, degree) - before;
    int end = pass.first(l, degree + 1) - before;
    if (first < end) {
      Tensor base = range.orElseThrow().base();
      Tensor own = base.slice(0, first, end);
      Optional<Tensor> weight = range.get().within().map(w -> w.slice(0, first, end));
      inner.get(l + 1).add(pass.settings().activation().apply(sum(own, weight, inner.get(l))));
    }
  }

  /** What is known before a range, and what it has found so far by its weights. */
  private Tensor sum(Tensor base, Optional<Tensor> weight, Found inner) {
    Tensor own = base.expand(Shape.of(base.shape().dim(0), pass.rows()));
    if (inner.joined.isEmpty() || weight.isEmpty()) {
      return own;
    }
    Tensor seen = inner.joined.get();
    return weight.get().slice(1, 0, seen.shape().dim(0)).matmul(seen).plus(own);
  }

  /** {@code [P, N]} of the coordinate of a degree. */
  private Tensor numbers(int b, int degree, MadePass.Range range, Found inner) {
    int p = pass.settings().numbers();
    int width = pass.cuts()[b + 1] - pass.cuts()[b];
    int index = degree - pass.cuts()[b];
    return sum(
        ofIndex(range.base(), p, width, index),
        range.within().map(w -> ofIndex(w, p, width, index)),
        inner);
  }

  /** Rows {@code [P, ...]} of one of the coordinates from rows {@code [P width, ...]}. */
  private static Tensor ofIndex(Tensor rows, int p, int width, int index) {
    return rows.reshape(Shape.of(p, width, rows.shape().dim(1))).at(1, index);
  }
}
