package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps as long as a tolerance allows: each keeps the root mean square of error/(absolute +
 * relative·|x|), over all rows, coordinates and the log-determinant, below 1.
 *
 * <p>h grows and shrinks by 0.9·error^(−1/5), between 0.2 and 10 times; the first h is that of
 * Hairer, Nørsett and Wanner (1993), section II.4. A step below 1/{@code most} of the way is taken
 * by RK4 whatever its error, and counted: so a stiff field, or one that is not finite, ends, too.
 * Steps read values: this runs on engines that compute at once. To record a step, freeze what one
 * solve chose: {@link #frozen}. The gradient is that of the steps taken, with their sizes constant:
 * discretise, then optimise.
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

  /** Checks the tolerances. */
  public AdaptiveSteps {
    method.requireError();
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
      Tensor before = value.stopGradient();
      Tensor after = step.value().stopGradient();
      Tensor scale = before.abs().maximum(after.abs()).times(relative).plus(absolute);
      double squares = error.value().over(scale).square().sum().item();
      int count = after.shape().size();
      if (!error.integral().isNumber()) {
        Tensor sum = integral.stopGradient();
        Tensor then = sum.plus(step.integral().stopGradient());
        Tensor level = sum.abs().maximum(then.abs()).times(relative).plus(absolute);
        squares += error.integral().over(level).square().sum().item();
        count += error.integral().shape().size();
      }
      return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    /** So that a second-order Taylor term is a hundredth of the tolerance to the power needed. */
    private double firstStep(double sign) {
      double span = Math.abs(to - from);
      Tensor x = value.stopGradient();
      Tensor f = here.velocity().stopGradient();
      Tensor scale = x.abs().times(relative).plus(absolute);
      double d0 = rms(x.over(scale));
      double d1 = rms(f.over(scale));
      double trial = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
      trial = Math.min(trial, span);
      Tensor moved = x.plus(f.times(sign * trial));
      Tensor g = field.velocity(from + sign * trial, moved).stopGradient();
      evaluations++;
      double d2 = rms(g.minus(f).over(scale)) / trial;
      double largest = Math.max(d1, d2);
      if (largest <= 1e-15) {
        return span; // a field that does nothing: the error of the whole way says whether it is so
      }
      double h = Math.min(100 * trial, Math.pow(0.01 / largest, 1.0 / method.order()));
      return Double.isFinite(h) ? Math.min(span, h) : smallest;
    }

    private double rms(Tensor x) {
      int n = x.shape().size();
      return n == 0 ? 0 : Math.sqrt(x.square().sum().item() / n);
    }
  }
}
