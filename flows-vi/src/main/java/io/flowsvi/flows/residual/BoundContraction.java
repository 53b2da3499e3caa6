package io.flowsvi.flows.residual;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A contraction g of given numbers: its value, and its Jacobian J times tangents.
 *
 * <p>Tangents go forward: a row t of {@code [..., K, D]} becomes (J t)ᵀ, all K of them in one
 * product per weight matrix; the slopes of the activations are computed once for a point.
 *
 * @param activation φ
 * @param weights W_1 … W_n, limited
 * @param shifts b_1 … b_n, with a context's part in the first
 * @param steepness b of each LipSwish; empty where φ has none
 */
record BoundContraction(
    UnitSlope activation, List<Tensor> weights, List<Tensor> shifts, List<Tensor> steepness) {
  private static final Tensor NONE = Tensor.number(1);

  /**
   * g at a point.
   *
   * @param value g(x), {@code [..., D]}
   * @param slopes φ′ of each hidden layer, {@code [..., H]}
   */
  record At(Tensor value, List<Tensor> slopes) {}

  Tensor value(Tensor x) {
    Tensor h = x;
    for (int i = 0; i < weights.size(); i++) {
      Tensor a = pre(i, h);
      h = i + 1 < weights.size() ? activation.value(a, steepness(i)) : a;
    }
    return h;
  }

  At at(Tensor x) {
    List<Tensor> slopes = new ArrayList<>();
    Tensor h = x;
    for (int i = 0; i < weights.size(); i++) {
      Tensor a = pre(i, h);
      if (i + 1 == weights.size()) {
        return new At(a, slopes);
      }
      slopes.add(activation.slope(a, steepness(i)));
      h = activation.value(a, steepness(i));
    }
    throw new IllegalStateException("A contraction has at least one weight matrix.");
  }

  /** Jᵀ, {@code [..., D, D]}: row i is the tangent of coordinate i. */
  Tensor jacobian(List<Tensor> slopes) {
    // The tangents of the first layer are the columns of its weights at every point.
    Tensor tangents = weights.get(0).transpose().times(slopes.get(0).unsqueeze(-2));
    return pushed(slopes, tangents, 1);
  }

  /** (J t)ᵀ for each row t of {@code [..., K, D]}. */
  Tensor tangents(List<Tensor> slopes, Tensor t) {
    return pushed(slopes, times(t, weights.get(0)).times(slopes.get(0).unsqueeze(-2)), 1);
  }

  private Tensor pushed(List<Tensor> slopes, Tensor tangents, int from) {
    Tensor t = tangents;
    for (int i = from; i < weights.size(); i++) {
      t = times(t, weights.get(i));
      t = i + 1 < weights.size() ? t.times(slopes.get(i).unsqueeze(-2)) : t;
    }
    return t;
  }

  /** Rows times Wᵀ as one matrix product, whatever the batch. */
  private static Tensor times(Tensor rows, Tensor w) {
    Shape shape = rows.shape();
    int inputs = shape.dim(-1);
    Tensor flat = rows.reshape(Shape.of(shape.size() / inputs, inputs));
    return flat.matmulTransposed(w).reshape(shape.with(-1, w.shape().dim(0)));
  }

  /** I + Jᵀ. */
  Tensor slope(List<Tensor> slopes) {
    Tensor j = jacobian(slopes);
    int d = j.shape().dim(-1);
    double[] eye = new double[d * d];
    for (int i = 0; i < d; i++) {
      eye[i * (d + 1)] = 1;
    }
    return j.plus(Arena.current().fixed(eye, Shape.of(d, d)));
  }

  /** The same numbers, constant for the gradient. */
  BoundContraction stopped() {
    return new BoundContraction(activation, stop(weights), stop(shifts), stop(steepness));
  }

  private static List<Tensor> stop(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::stopGradient).toList();
  }

  private Tensor pre(int i, Tensor h) {
    Tensor shift = shifts.get(i);
    return shift.shape().rank() == 1
        ? h.affine(weights.get(i), shift)
        : times(h, weights.get(i)).plus(shift);
  }

  private Tensor steepness(int i) {
    return steepness.isEmpty() ? NONE : steepness.get(i);
  }
}
