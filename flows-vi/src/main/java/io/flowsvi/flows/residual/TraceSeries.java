package io.flowsvi.flows.residual;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A residual layer in training, with its log-determinant as a power series of estimated traces.
 *
 * <p>log det(I + J) = Σ_k (−1)^{k+1} tr(Jᵏ)/k, tr(Jᵏ) = E[vᵀJᵏv], v of random signs, one for each
 * row; term k has the weight c_k of {@link Terms}. The gradient is that of its Neumann series: ∂ =
 * E[vᵀ(∂J) q], q = Σ_k (−1)^{k+1} c_k J^{k−1} v, so that one pass is differentiated however many
 * terms there are. Chen, Behrmann, Duvenaud and Jacobsen (2019), eq. 6 and 8.
 */
record TraceSeries(Residual layer, Terms terms) implements EstimatedLayer {
  /** How many terms there are in a step, and what each is multiplied by. */
  interface Terms {
    /** c_1 … c_K, for a step of this key. */
    double[] weights(Seed seed);
  }

  /** The first n terms and no others. */
  static Terms truncated(int n) {
    double[] ones = new double[n];
    java.util.Arrays.fill(ones, 1);
    return seed -> ones;
  }

  /**
   * The first n terms, then N more with P(N ≥ j) = s^{j−1}, each divided by the chance that it is
   * taken. Terms fall as Lᵏ at worst and their weights grow as s⁻ʲ: the variance is finite where s
   * &gt; L².
   */
  static Terms roulette(int n, double survival) {
    return seed -> {
      UniformRandomProvider random = seed.generator();
      int more = 1 + (int) Math.floor(Math.log(Seed.openUniform(random)) / Math.log(survival));
      double[] weights = new double[n + more];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = k < n ? 1 : Math.pow(survival, n - k);
      }
      return weights;
    };
  }

  @Override
  public BijectiveLayer exact() {
    return layer.withFixedPointInverse();
  }

  @Override
  public Estimated forward(Values values, Tensor x, Seed noise) {
    BoundContraction g = layer.network(values);
    BoundContraction still = g.stopped();
    BoundContraction.At at = g.at(x);
    var stillSlopes = at.slopes().stream().map(Tensor::stopGradient).toList();
    Tensor value = x.plus(at.value());
    Tensor v = signs(noise.fold("probe"), value).unsqueeze(-2);
    Tensor power = v;
    Tensor q = Tensor.number(0);
    Tensor estimate = Tensor.number(0);
    double[] weights = terms.weights(noise.fold("terms"));
    for (int k = 1; k <= weights.length; k++) {
      double signed = k % 2 == 1 ? weights[k - 1] : -weights[k - 1];
      q = q.plus(power.times(signed));
      power = still.tangents(stillSlopes, power);
      estimate = estimate.plus(power.dot(v, -1).times(signed / k));
    }
    Tensor slope = g.tangents(at.slopes(), q).dot(v, -1);
    Tensor logDet = estimate.withGradientOf(slope).squeeze(-1);
    return new Estimated(value, logDet, Tensor.number(0));
  }

  private static Tensor signs(Seed seed, Tensor like) {
    double[] signs =
        seed.fill(
            like.shape(),
            (random, target, from, to) -> {
              for (int i = from; i < to; i++) {
                target[i] = random.nextBoolean() ? 1 : -1;
              }
            });
    return Arena.current().tensor(signs, like.shape());
  }
}
