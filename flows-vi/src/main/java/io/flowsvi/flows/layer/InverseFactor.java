package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Finds L⁻¹ of matrices A = LLᵀ {@code [..., M, M]} of one order, constant for the gradient.
 *
 * <p>By halves: with V = L₁₁⁻¹ of A₁₁, L₂₁ = A₂₁Vᵀ and W = L₂₂⁻¹ of A₂₂ − L₂₁L₂₁ᵀ, L⁻¹ is [V, 0; −W
 * L₂₁V, W]. Engines multiply many small matrices several times as quickly as they factorise or
 * solve them: three quarters of the time at M = 32.
 */
final class InverseFactor {
  /** Up to here one factorisation and one solve are as quick. */
  private static final int WHOLE = 16;

  private record Halves(InverseFactor first, InverseFactor second) {}

  private final int order;
  private final double[] one;
  private final Optional<Halves> halves;

  /** Of this order. */
  InverseFactor(int order) {
    this.order = order;
    this.one = Matrices.identity(order);
    this.halves =
        order <= WHOLE
            ? Optional.empty()
            : Optional.of(
                new Halves(new InverseFactor(order / 2), new InverseFactor(order - order / 2)));
  }

  Tensor of(Tensor matrix) {
    Tensor a = matrix.stopGradient();
    return halves.map(h -> byHalves(a, h)).orElseGet(() -> whole(a));
  }

  private Tensor whole(Tensor a) {
    Tensor identity = Arena.current().fixed(one, Shape.of(order, order));
    return a.cholesky().solveLower(identity.expand(a.shape()));
  }

  private static Tensor byHalves(Tensor a, Halves halves) {
    int half = halves.first.order;
    int order = half + halves.second.order;
    Tensor lower = a.slice(-2, half, order);
    Tensor v = halves.first.of(a.slice(-2, 0, half).slice(-1, 0, half));
    Tensor left = lower.slice(-1, 0, half).matmulTransposed(v);
    Tensor w = halves.second.of(lower.slice(-1, half, order).minus(left.matmulTransposed(left)));
    Tensor below = w.matmul(left.matmul(v).negate());
    Tensor zero = Arena.current().zeros(v.shape().with(-1, order - half));
    return Tensor.concat(
        List.of(Tensor.concat(List.of(v, zero), -1), Tensor.concat(List.of(below, w), -1)), -2);
  }
}
