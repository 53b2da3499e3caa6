package io.flowsvi.flows.block;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One coordinate of a block map, once those before it are known: a monotone function of a number.
 *
 * <p>y(x) = (1 − α) x + α f(x); what the earlier coordinates add to each layer is a constant here,
 * so that a step costs A² and not a pass. f is bounded: with w the last weights and b all that is
 * added, |f − b| ≤ Σ|w|, and the root of y(x) = t lies within α Σ|w|/(1 − α) of (t − α b)/(1 − α).
 *
 * @param weights blocks on the diagonal, {@code [O, I]} each
 * @param logs their logarithms
 * @param shifts what the rest adds, {@code [N, O]} or {@code [O]} each
 * @param gate c, {@code [1]}
 */
record BlockRow(List<Tensor> weights, List<Tensor> logs, List<Tensor> shifts, Tensor gate) {
  /**
   * The function at a point.
   *
   * @param value y {@code [N, 1]}
   * @param logSlope log y′ {@code [N]}
   * @param inputs what each layer took in, {@code [N, I]}
   */
  record At(Tensor value, Tensor logSlope, List<Tensor> inputs) {}

  /** Coordinate i, given the inputs of each layer that belong to coordinates before it. */
  static BlockRow of(
      BlockMap map, int i, List<Optional<Tensor>> known, Optional<Tensor> contextShifts) {
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> logs = new ArrayList<>();
    List<Tensor> shifts = new ArrayList<>();
    for (int l = 0; l < map.linears().size(); l++) {
      BlockLinear.Bound linear = map.linears().get(l);
      Tensor log = linear.logDiagonal().at(0, i);
      int outputs = log.shape().dim(0);
      int inputs = log.shape().dim(1);
      int from = i * outputs;
      Tensor rows = linear.weight().slice(0, from, from + outputs);
      Tensor bias = linear.bias().slice(0, from, from + outputs);
      Optional<Tensor> before = known.get(l);
      Tensor shift =
          before.isPresent() ? before.get().affine(rows.slice(1, 0, i * inputs), bias) : bias;
      if (l == 0 && contextShifts.isPresent()) {
        shift = shift.plus(contextShifts.get().slice(-1, from, from + outputs));
      }
      weights.add(rows.slice(1, i * inputs, (i + 1) * inputs));
      logs.add(log);
      shifts.add(shift);
    }
    return new BlockRow(weights, logs, shifts, map.gate().slice(-1, i, i + 1));
  }

  /** At x {@code [N, 1]}. */
  At at(Tensor x) {
    List<Tensor> inputs = new ArrayList<>();
    Tensor h = x;
    Tensor logSlope = Tensor.number(0);
    for (int l = 0; l < weights.size(); l++) {
      inputs.add(h);
      Tensor a = pre(l, h);
      logSlope =
          l == 0 ? logs.get(0).squeeze(-1) : logs.get(l).plus(logSlope.unsqueeze(-2)).logSumExp(-1);
      if (l + 1 < weights.size()) {
        h = a.tanh();
        logSlope = logSlope.plus(BlockMap.logTanhSlope(a));
      } else {
        h = a;
      }
    }
    return new At(mixed(x, h), BlockMap.mixed(gate, logSlope).squeeze(-1), inputs);
  }

  private Tensor value(Tensor x) {
    Tensor h = x;
    for (int l = 0; l < weights.size(); l++) {
      Tensor a = pre(l, h);
      h = l + 1 < weights.size() ? a.tanh() : a;
    }
    return mixed(x, h);
  }

  private Tensor pre(int l, Tensor h) {
    return h.matmulTransposed(weights.get(l)).plus(shifts.get(l));
  }

  private Tensor mixed(Tensor x, Tensor f) {
    return gate.negate().sigmoid().times(x).plus(gate.sigmoid().times(f));
  }

  /**
   * The root of y(x) = t: bisection of the bracket, a Newton step, and one with a gradient, which
   * is that of the implicit function: dx = (dt − dy)/y′.
   */
  Tensor solve(Tensor target, int halvings) {
    BlockRow still = new BlockRow(stop(weights), stop(logs), stop(shifts), gate.stopGradient());
    Tensor root = still.bisected(target.stopGradient(), halvings);
    root = still.newton(still, root, target.stopGradient());
    return newton(still, root, target);
  }

  private Tensor newton(BlockRow still, Tensor x, Tensor target) {
    Tensor slope = still.at(x).logSlope().exp().unsqueeze(-1);
    return x.minus(value(x).minus(target).over(slope));
  }

  private Tensor bisected(Tensor target, int halvings) {
    int last = weights.size() - 1;
    Tensor kept = gate.negate().sigmoid();
    Tensor moved = gate.sigmoid();
    Tensor reach = weights.get(last).abs().sum(-1).times(moved).over(kept);
    Tensor centre = target.minus(shifts.get(last).times(moved)).over(kept);
    Tensor low = centre.minus(reach);
    Tensor high = centre.plus(reach);
    for (int n = 0; n < halvings; n++) {
      Tensor middle = low.plus(high).times(0.5);
      Tensor below = value(middle).lessThan(target);
      low = below.select(middle, low);
      high = below.select(high, middle);
    }
    return low.plus(high).times(0.5);
  }

  private static List<Tensor> stop(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::stopGradient).toList();
  }
}
