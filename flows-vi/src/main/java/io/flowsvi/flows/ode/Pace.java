package io.flowsvi.flows.ode;

import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Assumption;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * How many {@link KeptSteps} the training of one layer takes by now, and what they took. One thread
 * at a time.
 */
final class Pace {
  private static final double SAFETY = 0.9;

  /** Errors of two batches differ: fewer steps must look twice as good as they need to be. */
  private static final double SLACK = 0.5;

  /** A wrong guess costs a run: at most one in so many. */
  private static final int PATIENCE = 20;

  private final KeptSteps kept;
  private final SolveLog log;
  private int steps = 1;
  private int calm;
  private int evaluations;
  private int rejected;

  Pace(KeptSteps kept, SolveLog log) {
    this.kept = kept;
    this.log = log;
  }

  /** The state, to go on from: the number of steps, and for how long fewer might have done. */
  List<Integer> state() {
    return List.of(steps, calm);
  }

  void resume(List<Integer> state) {
    if (state.size() != state().size()) {
      throw new PplException(
          "The checkpoint has "
              + state.size()
              + " numbers on the steps of a continuous layer, expected "
              + state().size()
              + ". Likely fix: go on with the solver that the fit was begun with.");
    }
    steps = state.get(0);
    calm = state.get(1);
  }

  /** In as many steps as hold; while a training step is recorded, in as many as at present. */
  Solution solve(VectorField field, double from, double to, Tensor x) {
    while (steps <= kept.most()) {
      Enough enough = new Enough(steps);
      Checked checked = enough.solve(field, from, to, x);
      if (Arena.current().holds(checked.norm(), enough)) {
        return checked.solution();
      }
    }
    Solution solution = kept.tolerance().solve(field, from, to, x);
    log(solution.report());
    return solution;
  }

  private void log(SolveReport last) {
    log.add(
        new SolveReport(
            last.shares(),
            evaluations + last.evaluations(),
            rejected + last.rejected(),
            last.forced()));
    evaluations = 0;
    rejected = 0;
  }

  /** A solve with the largest error of its steps, in units of the tolerance. */
  private record Checked(Solution solution, Tensor norm) {}

  /** That so many equal steps keep the tolerance. */
  private final class Enough implements Assumption {
    private final FixedSteps equal;
    private final int count;

    Enough(int count) {
      this.equal = FixedSteps.of(kept.tolerance().method(), count);
      this.count = count;
    }

    Checked solve(VectorField field, double from, double to, Tensor x) {
      ButcherTableau method = equal.method();
      Tolerance tolerance = kept.tolerance().tolerance();
      Tensor value = x;
      Tensor integral = Tensor.number(0);
      Tensor energy = Tensor.number(0);
      Tensor worst = Tensor.number(0);
      Flowline here = field.at(from, x);
      for (int i = 0; i < count; i++) {
        double t = equal.time(from, to, i);
        double next = equal.time(from, to, i + 1);
        RungeKutta.Step step = RungeKutta.step(method, field, t, next - t, value, here);
        if (method.errorSeesTheEnd() || i + 1 < count) {
          here = field.at(next, step.value());
        }
        RungeKutta.Error error = RungeKutta.error(method, next - t, step, here);
        Tensor square = tolerance.meanSquare(error, step, value, integral);
        worst = i == 0 ? square : worst.maximum(square);
        value = step.value();
        integral = integral.plus(step.integral());
        energy = energy.plus(step.energy());
      }
      return new Checked(new Solution(value, integral, energy, report()), worst.sqrt());
    }

    private SolveReport report() {
      int ends = equal.method().errorSeesTheEnd() ? 1 : 0;
      return new SolveReport(equal.shares(), count * equal.method().stages() + ends, 0, 0);
    }

    @Override
    public boolean holds(double norm) {
      if (norm <= 1) {
        log(report());
        int fewer = Math.max(1, needed(norm / SLACK));
        calm = fewer < count ? calm + 1 : 0;
        if (calm == PATIENCE) {
          calm = 0;
          steps = fewer;
        }
        return true;
      }
      evaluations += report().evaluations();
      rejected += count;
      calm = 0;
      // What is not a number needs as many as can be.
      steps = norm < Double.MAX_VALUE ? Math.min(2 * count, needed(norm / SAFETY)) : 2 * count;
      steps = Math.max(steps, count + 1);
      return false;
    }

    private int needed(double ratio) {
      return (int) Math.ceil(count * Math.pow(ratio, 1.0 / equal.method().order()));
    }

    @Override
    public boolean stands() {
      return steps == count;
    }

    @Override
    public String toString() {
      return count + " steps keep " + kept.tolerance();
    }
  }
}
