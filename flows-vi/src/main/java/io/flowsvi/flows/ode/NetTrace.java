package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The exact divergence of a network from the slopes of its hidden units: tr(W_{L+1} S_L W_L … S_1
 * W_1), S_k = diag(s_k).
 *
 * <p>The first and last two factors are weights only, so they are joined before the rows come in:
 * (1) L = 1: Σ_k s_k (W_1 W_2)_kk, no product at all. (2) L = 2: s_2ᵀ (W_2 ∘ (W_1 W_3)ᵀ) s_1, one
 * product a row whatever D is. (3) L ≥ 3: with U_i = (W_2 ∘ column i of W_1) s_1 and V_i = (row i
 * of W_{L+1} ∘ W_Lᵀ) s_L the trace is Σ_i Σ_k s_{L−1,k} U_ik V_ik (L = 3; for more layers U goes
 * through those between): 2D products a row, all i in two matrix products.
 */
final class NetTrace {
  /** So few dimensions are quicker one by one: nothing is stacked, and nothing summed across. */
  private static final int FEW = 4;

  private final List<Tensor> weights;
  private final List<Tensor> first;
  private final List<Tensor> last;

  private NetTrace(List<Tensor> weights, List<Tensor> first, List<Tensor> last) {
    this.weights = weights;
    this.first = first;
    this.last = last;
  }

  /** The form of these weights, {@code [out, in]} each. */
  static NetTrace of(List<Tensor> weights) {
    int hidden = weights.size() - 1;
    Tensor w1 = weights.get(0);
    Tensor out = weights.get(hidden);
    if (hidden == 0) {
      return new NetTrace(weights, List.of(w1.diagonal().sum()), List.of());
    }
    Tensor columns = w1.transpose();
    if (hidden == 1) {
      return new NetTrace(weights, List.of(columns.times(out).sum(0)), List.of());
    }
    if (hidden == 2) {
      Tensor form = weights.get(1).times(out.transposedMatmul(columns));
      return new NetTrace(weights, List.of(form), List.of());
    }
    Tensor w2 = weights.get(1);
    Tensor wl = weights.get(hidden - 1).transpose();
    int dim = w1.shape().dim(1);
    if (hidden == 3 && dim <= FEW) {
      List<Tensor> u = new ArrayList<>();
      List<Tensor> v = new ArrayList<>();
      for (int i = 0; i < dim; i++) {
        u.add(w2.times(columns.at(0, i)));
        v.add(wl.times(out.at(0, i)));
      }
      return new NetTrace(weights, u, v);
    }
    Tensor u = w2.unsqueeze(0).times(columns.unsqueeze(1));
    Tensor v = wl.unsqueeze(0).times(out.unsqueeze(1));
    return new NetTrace(weights, List.of(rows(u)), List.of(rows(v)));
  }

  private static Tensor rows(Tensor stack) {
    Shape s = stack.shape();
    return stack.reshape(Shape.of(s.dim(0) * s.dim(1), s.dim(2)));
  }

  /** The trace {@code [batch]} where the hidden units have these slopes. */
  Tensor at(List<Tensor> slopes, Shape batch) {
    int hidden = slopes.size();
    if (hidden == 0) {
      return first.get(0).expand(batch);
    }
    if (hidden == 1) {
      return slopes.get(0).times(first.get(0)).sum(-1);
    }
    if (hidden == 2) {
      return linear(slopes.get(0), first.get(0)).times(slopes.get(1)).sum(-1);
    }
    if (first.size() > 1 || hidden == 3 && weights.get(0).shape().dim(1) == 1) {
      Tensor sum = Tensor.number(0);
      for (int i = 0; i < first.size(); i++) {
        Tensor u = linear(slopes.get(0), first.get(i));
        sum = sum.plus(u.times(linear(slopes.get(2), last.get(i))));
      }
      return sum.times(slopes.get(1)).sum(-1);
    }
    int dim = weights.get(0).shape().dim(1);
    Tensor u = cut(linear(slopes.get(0), first.get(0)), dim);
    for (int k = 1; k + 2 < hidden; k++) {
      u = linear(u.times(slopes.get(k).unsqueeze(-2)), weights.get(k + 1));
    }
    Tensor v = cut(linear(slopes.get(hidden - 1), last.get(0)), dim);
    Tensor middle = slopes.get(hidden - 2).unsqueeze(-2);
    return u.times(middle).times(v).sum(-1, -2);
  }

  /** x {@code [..., in]} times Wᵀ for W {@code [out, in]}: all rows in one product. */
  static Tensor linear(Tensor x, Tensor weight) {
    return x.affine(weight, Arena.current().zeros(Shape.of(weight.shape().dim(0))));
  }

  private static Tensor cut(Tensor joined, int dim) {
    Shape s = joined.shape();
    return joined.reshape(s.leading(-1).append(dim, s.dim(-1) / dim));
  }
}
