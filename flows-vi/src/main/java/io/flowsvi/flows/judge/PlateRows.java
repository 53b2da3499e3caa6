package io.flowsvi.flows.judge;

import io.flowsvi.flows.diagnose.Psis;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.verdict.Row;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.PlateAxis;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The weights of single rows of a plate, given everything outside it.
 *
 * <p>ℓ_n = log p(θ_n, y_n | φ) − log q(θ_n | φ): all terms of the plate at row n, less the guide's
 * conditional, which a Student-t mixture has in closed form. They belong to row n only where no
 * other term changes with θ_n; that is tried, by moving the latents of half the rows. Yao et al.
 * (2018).
 */
final class PlateRows {
  private static final int TRIED = 50;
  private static final double ROUNDING = 1e-9;

  private final Climb<?> climb;
  private final PlateAxis axis;
  private final List<LatentInfo> latents;

  private PlateRows(Climb<?> climb, PlateAxis axis) {
    this.climb = climb;
    this.axis = axis;
    this.latents =
        climb.structure().latents().stream()
            .filter(l -> l.plates().equals(List.of(axis.plate())))
            .toList();
  }

  /** The rows of all plates that have latents and weights of their own, at points drawn from q. */
  static List<Row> of(Climb<?> climb, StudentMixture q, double[] points, Seed seed) {
    List<Row> rows = new ArrayList<>();
    for (PlateAxis axis : climb.structure().plates()) {
      PlateRows plate = new PlateRows(climb, axis);
      boolean several = axis.plate().size() > 1 && !axis.plate().isBatch();
      if (several && !plate.latents.isEmpty() && plate.local(points, seed)) {
        rows.addAll(plate.rows(q, points));
      }
    }
    return rows;
  }

  private int size() {
    return axis.plate().size();
  }

  /** The terms of each row {@code [N, rows]}, and in the last column the sum of all others. */
  private double[] terms(double[] points) {
    int n = points.length / climb.structure().dim();
    int width = size() + 1;
    double[] all = new double[n * width];
    climb.scored(
        points,
        (first, count, trace) -> {
          for (Term term : trace.terms()) {
            boolean own = term.plates().contains(axis.plate());
            Tensor summed = summed(term.logDensity(), own ? 1 + axis.axis() : 0);
            Shape full = own ? Shape.of(count, size()) : Shape.of(count, 1);
            double[] values = summed.expand(full).toDoubles();
            int columns = full.dim(1);
            for (int i = 0; i < values.length; i++) {
              int column = own ? i % columns : size();
              all[(first + i / columns) * width + column] += term.scale() * values[i];
            }
          }
        });
    return all;
  }

  /** {@code [S, rows]}, or {@code [S, 1]} without an axis to keep. */
  private static Tensor summed(Tensor term, int kept) {
    int[] gone = IntStream.range(1, term.shape().rank()).filter(a -> a != kept).toArray();
    Tensor sum = gone.length == 0 ? term : term.sum(gone);
    return sum.shape().rank() == 1 ? sum.unsqueeze(-1) : sum;
  }

  /** Whether a row's latents change that row's terms alone, as far as two halves can tell. */
  private boolean local(double[] points, Seed seed) {
    int dim = climb.structure().dim();
    int n = Math.min(TRIED, points.length / dim);
    double[] some = Arrays.copyOf(points, n * dim);
    double[] before = terms(some);
    UniformRandomProvider random = seed.fold(axis.plate().name()).generator();
    boolean[] half = new boolean[size()];
    for (int i = 0; i < half.length; i++) {
      half[i] = random.nextBoolean();
    }
    half[0] = true;
    half[half.length - 1] = false;
    for (int round = 0; round < 2; round++) {
      boolean turn = round == 0;
      double[] moved = some.clone();
      for (int row = 0; row < half.length; row++) {
        for (int at : half[row] == turn ? coordinates(row) : new int[0]) {
          for (int i = 0; i < n; i++) {
            moved[i * dim + at] = some[(i + 1) % n * dim + at];
          }
        }
      }
      double[] after = terms(moved);
      for (int i = 0; i < before.length; i++) {
        int column = i % (size() + 1);
        boolean mayChange = column < size() && half[column] == turn;
        double scale = ROUNDING * (1 + Math.abs(before[i]));
        if (!mayChange && Math.abs(after[i] - before[i]) > scale) {
          return false;
        }
      }
    }
    return true;
  }

  /** Where the latents of a row lie in the flat vector. */
  private int[] coordinates(int row) {
    return latents.stream()
        .flatMapToInt(
            l -> {
              int width = l.real().size();
              int from = l.offset() + row * width;
              return IntStream.range(from, from + width);
            })
        .toArray();
  }

  private List<Row> rows(StudentMixture q, double[] points) {
    int dim = climb.structure().dim();
    int n = points.length / dim;
    boolean[] inside = new boolean[dim];
    IntStream.range(0, size())
        .forEach(r -> Arrays.stream(coordinates(r)).forEach(c -> inside[c] = true));
    int[] outside = IntStream.range(0, dim).filter(c -> !inside[c]).toArray();
    double[] terms = terms(points);
    double[] logOutside = outside.length == 0 ? new double[n] : logQ(q, points, outside);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < size(); row++) {
      int[] with =
          IntStream.concat(Arrays.stream(outside), Arrays.stream(coordinates(row))).toArray();
      double[] logJoint = logQ(q, points, with);
      double[] weights = new double[n];
      boolean any = false;
      for (int i = 0; i < n; i++) {
        double w = terms[i * (size() + 1) + row] - (logJoint[i] - logOutside[i]);
        weights[i] = w < Double.POSITIVE_INFINITY ? w : Double.NEGATIVE_INFINITY;
        any |= weights[i] > Double.NEGATIVE_INFINITY;
      }
      double kHat = any ? Psis.of(weights).kHat() : Double.POSITIVE_INFINITY;
      rows.add(new Row(axis.plate().name(), row + 1, kHat));
    }
    return rows;
  }

  private double[] logQ(StudentMixture q, double[] points, int[] coordinates) {
    int dim = climb.structure().dim();
    int n = points.length / dim;
    double[] some = new double[n * coordinates.length];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < coordinates.length; j++) {
        some[i * coordinates.length + j] = points[i * dim + coordinates[j]];
      }
    }
    return q.marginal(coordinates).logDensity(some);
  }
}
