package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps as long as a tolerance allows: each keeps the root mean square of error/(absolute +
 * relative·|x|), over all rows, coordinates and the log-determinant, below 1.
 *
 * <p>h grows and shrinks by 0.9·error^(−1/5), between 0.2 and 10 times; the first h is the largest
 * that holds for 128 rows' velocities. A step below 1/{@code most} of the way is taken by RK4
 * whatever its error, and counted: so a stiff field, or one that is not finite, ends, too. Steps
 * read values: this runs on engines that compute at once. Training that is recorded keeps its steps
 * from one to the next: {@link KeptSteps}; or freeze what one solve chose: {@link #frozen}. The
 * gradient is that of the steps taken, with their sizes constant: discretise, then optimise.
 *
 * @param method with an error estimate
 * @param relative tolerance
 * @param absolute tolerance
 * @param most steps in which the way is done at the latest
 */
public record AdaptiveSteps(ButcherTableau method, double relative, double absolute, int most)
    implements Solver {
  private static final double SAFETY = 0.9;
  private static final double SLOWEST = 0.2;
  private static final double FASTEST = 10;
  private static final int MOST = 256;
  private static final int TRIALS = 6;
  private static final int SOME = 128;

  /** Checks the tolerances. */
  public AdaptiveSteps {
    if (!method.hasError()) {
      throw new LayerException(
          "Adaptive steps need a method that estimates its error; "
              + method
              + " does not. Likely fix: ButcherTableau.DORMAND_PRINCE.");
    }
    if (!(relative >= 0) || !(absolute > 0) || most < 1) {
      throw new LayerException(
          "AdaptiveSteps: tolerances must be positive and most at least 1, got relative "
              + relative
              + ", absolute "
              + absolute
              + ", most "
              + most
              + ".");
    }
  }

  /** Dormand–Prince steps of one tolerance, relative and absolute; 256 at most. */
  public static AdaptiveSteps of(double tolerance) {
    return new AdaptiveSteps(ButcherTableau.DORMAND_PRINCE, tolerance, tolerance, MOST);
  }

  /** The steps one solve took, as fixed ones. */
  public FixedSteps frozen(SolveReport report) {
    return new FixedSteps(method, report.shares());
  }

  Tolerance tolerance() {
    return new Tolerance(relative, absolute);
  }

  @Override
  public Solution solve(VectorField field, double from, double to, Tensor x) {
    return new Walk(field, from, to, x).run();
  }

  /** One solve under way. */
  private final class Walk {
    private final VectorField field;
    private final double from;
    private final double to;
    private final double smallest;
    private final List<Double> shares = new ArrayList<>(List.of(0.0));
    private Tensor value;
    private Tensor integral = Tensor.number(0);
    private Tensor energy = Tensor.number(0);
    private Flowline here;
    private double t;
    private int evaluations;
    private int rejected;
    private int forced;

    Walk(VectorField field, double from, double to, Tensor x) {
      this.field = field;
      this.from = from;
      this.to = to;
      this.value = x;
      this.t = from;
      this.smallest = Math.abs(to - from) / most;
    }

    Solution run() {
      here = evaluate(t, value);
      double sign = Math.signum(to - from);
      double h = firstStep(sign);
      while (t != to) {
        double left = Math.abs(to - t);
        // The rest in one step, or in two of one size, rather than in one and a sliver.
        double size = h >= left ? left : h > left / 2 ? left / 2 : h;
        if (size < smallest && size < left) {
          force(sign * Math.min(smallest, left));
          h = smallest;
          continue;
        }
        double next = size == left ? to : t + sign * size;
        RungeKutta.Step step = RungeKutta.step(method, field, t, next - t, value, here);
        evaluations += method.stages() - 1;
        Flowline end = method.errorSeesTheEnd() ? evaluate(next, step.value()) : here;
        double error = norm(RungeKutta.error(method, next - t, step, end), step);
        double factor = SAFETY * Math.pow(error, -1.0 / method.order());
        if (error <= 1) {
          h = size * Math.min(FASTEST, Math.max(1, factor));
          accept(step, next);
          boolean more = t != to && !method.errorSeesTheEnd();
          here = more ? evaluate(t, value) : end;
        } else {
          rejected++;
          // NaN shrinks as fast as can be.
          h = size * (factor >= SLOWEST ? factor : SLOWEST);
          if (h < smallest) {
            h = size > smallest ? smallest : size * SLOWEST;
          }
        }
      }
      return new Solution(
          value, integral, energy, new SolveReport(shares, evaluations, rejected, forced));
    }

    private void force(double h) {
      double next = Math.abs(to - t) <= Math.abs(h) ? to : t + h;
      RungeKutta.Step step = RungeKutta.step(ButcherTableau.RK4, field, t, next - t, value, here);
      evaluations += ButcherTableau.RK4.stages() - 1;
      forced++;
      accept(step, next);
      if (t != to) {
        here = evaluate(t, value);
      }
    }

    private void accept(RungeKutta.Step step, double next) {
      value = step.value();
      integral = integral.plus(step.integral());
      energy = energy.plus(step.energy());
      t = next;
      shares.add(t == to ? 1 : (t - from) / (to - from));
    }

    private Flowline evaluate(double time, Tensor x) {
      evaluations++;
      return field.at(time, x);
    }

    private double norm(RungeKutta.Error error, RungeKutta.Step step) {
      return Math.sqrt(tolerance().meanSquare(error, step, value, integral).item());
    }

    /**
     * About the largest step whose error is within the tolerance on some of the rows: velocities
     * alone, and no gradient, so a trial costs a fraction of a step. The usual guess from two
     * slopes would be far too small: it knows nothing of the order's constants.
     */
    private double firstStep(double sign) {
      double span = Math.abs(to - from);
      Tensor x = some(value.stopGradient());
      double h = span;
      for (int trial = 0; trial < TRIALS && h > smallest; trial++) {
        Flowline start = Flowline.of(field.velocity(from, x).stopGradient());
        VectorField alone =
            new Traced(field, (time, at) -> Flowline.of(field.velocity(time, at).stopGradient()));
        RungeKutta.Step step = RungeKutta.step(method, alone, from, sign * h, x, start);
        Flowline end = alone.at(from + sign * h, step.value());
        evaluations += method.stages() + 1;
        Tensor error = RungeKutta.error(method, sign * h, step, end).value();
        double size = rms(tolerance().over(error, x, step.value()));
        double factor = SAFETY * Math.pow(size, -1.0 / method.order());
        if (size <= 1) {
          return Math.min(span, h * Math.max(1, factor));
        }
        if (factor >= SLOWEST) {
          // Near enough for the order to hold: the step itself will say.
          return Math.max(h * factor, smallest);
        }
        h *= SLOWEST;
      }
      return Math.max(h, smallest);
    }

    /** At most {@link #SOME} rows, evenly spread. */
    private Tensor some(Tensor x) {
      int d = x.shape().dim(-1);
      int rows = d == 0 ? 0 : x.shape().size() / d;
      if (rows <= SOME || !field.takesAnyRows()) {
        return x;
      }
      int[] chosen = new int[SOME];
      for (int i = 0; i < SOME; i++) {
        chosen[i] = (int) ((long) i * rows / SOME);
      }
      Tensor index = Arena.current().index(chosen, Shape.of(SOME));
      return x.reshape(Shape.of(rows, d)).gather(0, index);
    }

    private double rms(Tensor x) {
      int n = x.shape().size();
      return n == 0 ? 0 : Math.sqrt(x.square().sum().item() / n);
    }
  }
}
