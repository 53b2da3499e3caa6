package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Vectors of K positive numbers that sum to 1, by stick-breaking.
 *
 * <p>v_k = sigmoid(u_k − log(K − k)), π_k = v_k·Π_{j&lt;k}(1 − v_j) for k &lt; K, the last takes
 * the rest; log-determinant Σ log v_k + log(1 − v_k) + log rem_k, with respect to the first K − 1
 * coordinates. u = 0 gives the uniform vector. Reals are K − 1.
 */
public final class Simplex implements Support.Continuous {
  /** The only one. */
  public static final Simplex INSTANCE = new Simplex();

  private Simplex() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int k = shape.dim(-1);
    for (int at = 0; at < event.length; at += k) {
      double sum = 0;
      for (int i = at; i < at + k; i++) {
        if (!(event[i] >= 0)) {
          return false;
        }
        sum += event[i];
      }
      if (Math.abs(sum - 1) > 1e-6) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event.with(-1, event.dim(-1) - 1);
  }

  @Override
  public Shape eventShape(Shape real) {
    return real.with(-1, real.dim(-1) + 1);
  }

  @Override
  public int eventRank() {
    return 1;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    Tensor t = real.minus(offsets(real.shape().dim(-1)));
    Tensor logV = t.logSigmoid();
    Tensor logRest = t.softplus().negate();
    Tensor remaining = logRest.cumulativeSum(-1);
    Tensor before = remaining.minus(logRest);
    int last = real.shape().dim(-1) - 1;
    Tensor logPi =
        Tensor.concat(List.of(logV.plus(before), remaining.slice(-1, last, last + 1)), -1);
    return new Mapped(logPi.exp(), logV.plus(remaining).sum(-1));
  }

  @Override
  public Tensor toReal(Tensor event) {
    int k = event.shape().dim(-1);
    Tensor tails = event.reverseCumulativeSum(-1).slice(-1, 1, k);
    Tensor t = event.slice(-1, 0, k - 1).log().minus(tails.log());
    return t.plus(offsets(k - 1));
  }

  private static Tensor offsets(int reals) {
    double[] logs = new double[reals];
    for (int i = 0; i < reals; i++) {
      logs[i] = Math.log(reals - i);
    }
    return Arena.current().tensor(logs, Shape.of(reals));
  }

  @Override
  public Measure measure() {
    return Measure.FIRST_COORDINATES;
  }

  @Override
  public String name() {
    return "simplex";
  }
}
