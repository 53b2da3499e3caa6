package io.flowsvi.flows.block;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The map of a {@link BlockAutoregressive} layer for given numbers, and its inverse by bisection.
 *
 * @param linears weight matrices, first to last
 * @param gate c, {@code [D]}; α = sigmoid(c)
 * @param context what a context adds to the first units, {@code [..., D·A]}
 */
record BlockMap(List<BlockLinear.Bound> linears, Tensor gate, Optional<Tensor> context)
    implements Bijection {
  private static final double LOG_2 = Math.log(2);

  /** Halvings of the bracket, whose width falls to 2e-10 of itself. */
  private static final int HALVINGS = 32;

  @Override
  public Mapped forward(Tensor x) {
    Tensor h = x;
    Tensor logSlope = Tensor.number(0);
    for (int l = 0; l < linears.size(); l++) {
      BlockLinear.Bound linear = linears.get(l);
      Tensor a = h.affine(linear.weight(), linear.bias());
      if (l == 0 && context.isPresent()) {
        a = a.plus(context.get());
      }
      Tensor logs = linear.logDiagonal();
      logSlope = l == 0 ? logs.squeeze(-1) : logs.plus(logSlope.unsqueeze(-2)).logSumExp(-1);
      if (l + 1 < linears.size()) {
        h = a.tanh();
        Tensor rise = logTanhSlope(a);
        logSlope = logSlope.plus(rise.reshape(blocks(rise.shape(), logs.shape().dim(1))));
      } else {
        h = a;
      }
    }
    Tensor value = keep().times(x).plus(gate.sigmoid().times(h));
    return new Mapped(value, mixed(gate, logSlope.squeeze(-1)).sum(-1));
  }

  private static Shape blocks(Shape flat, int units) {
    return flat.leading(-1).append(flat.dim(-1) / units, units);
  }

  /** 1 − α. */
  private Tensor keep() {
    return gate.negate().sigmoid();
  }

  /** log(1 − α + α e^s). */
  static Tensor mixed(Tensor gate, Tensor s) {
    Tensor kept = gate.softplus().negate().plus(s.times(0));
    Tensor moved = gate.negate().softplus().negate().plus(s);
    return Tensor.stack(List.of(kept, moved), -1).logSumExp(-1);
  }

  /** log(1 − tanh² a), without loss where tanh a is 1 to the last digit. */
  static Tensor logTanhSlope(Tensor a) {
    Tensor size = a.abs();
    return size.plus(size.times(-2).softplus()).minus(LOG_2).times(-2);
  }

  @Override
  public Mapped inverse(Tensor y) {
    int d = gate.shape().dim(-1);
    Shape batch = y.shape().leading(-1);
    if (context.isPresent()) {
      batch = batch.broadcast(context.get().shape().leading(-1));
    }
    int rows = batch.size();
    Tensor targets = y.expand(batch.append(d)).reshape(Shape.of(rows, d));
    Optional<Tensor> shifts = Optional.empty();
    if (context.isPresent()) {
      int units = context.get().shape().dim(-1);
      shifts =
          Optional.of(context.get().expand(batch.append(units)).reshape(Shape.of(rows, units)));
    }
    List<Optional<Tensor>> known = new ArrayList<>();
    linears.forEach(l -> known.add(Optional.empty()));
    Tensor logDet = Tensor.number(0);
    for (int i = 0; i < d; i++) {
      BlockRow row = BlockRow.of(this, i, known, shifts);
      Tensor target = targets.slice(-1, i, i + 1);
      Tensor x = row.solve(target, HALVINGS);
      BlockRow.At at = row.at(x);
      logDet = logDet.minus(at.logSlope());
      List<Tensor> values = at.inputs();
      for (int l = 0; l < known.size(); l++) {
        Tensor more = values.get(l);
        known.set(
            l,
            Optional.of(known.get(l).map(k -> Tensor.concat(List.of(k, more), -1)).orElse(more)));
      }
    }
    Tensor x = known.get(0).orElseThrow().reshape(batch.append(d));
    return new Mapped(x, logDet.reshape(batch));
  }
}
