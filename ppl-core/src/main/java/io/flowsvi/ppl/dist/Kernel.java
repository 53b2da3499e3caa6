package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Covariances of stationary Gaussian processes: scale² · ρ(r / length), r = |x_i − x_j|.
 *
 * <p>Rasmussen and Williams (2006), section 4.2.
 */
public enum Kernel {
  /** ρ(r) = e^{−r²/2}: paths with all derivatives. */
  SQUARED_EXPONENTIAL {
    @Override
    Tensor correlation(Tensor r) {
      return r.square().times(-0.5).exp();
    }
  },

  /** ρ(r) = (1 + √5 r + 5r²/3) e^{−√5 r}: paths with two derivatives. */
  MATERN_52 {
    @Override
    Tensor correlation(Tensor r) {
      Tensor s = r.times(Math.sqrt(5));
      return s.plus(1).plus(s.square().over(3)).times(s.negate().exp());
    }
  },

  /** ρ(r) = (1 + √3 r) e^{−√3 r}: paths with one derivative. */
  MATERN_32 {
    @Override
    Tensor correlation(Tensor r) {
      Tensor s = r.times(Math.sqrt(3));
      return s.plus(1).times(s.negate().exp());
    }
  },

  /** ρ(r) = e^{−r}: continuous paths without a derivative, Ornstein and Uhlenbeck's. */
  EXPONENTIAL {
    @Override
    Tensor correlation(Tensor r) {
      return r.negate().exp();
    }
  };

  abstract Tensor correlation(Tensor r);

  /**
   * Covariances at N inputs, {@code [..., N, N]}; scale and length are {@code [...]}, in a model
   * {@code [S] + plates}. Take {@link MultivariateNormal#jittered} or {@link Jitter#cholesky} of
   * it.
   */
  public Tensor covariance(double[] inputs, Tensor scale, Tensor length) {
    int n = inputs.length;
    double[] distances = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      distances[i] = Math.abs(inputs[i / n] - inputs[i % n]);
    }
    Tensor r = Arena.current().tensor(distances, Shape.of(n, n)).over(matrix(length));
    return correlation(r).times(matrix(scale.square()));
  }

  private static Tensor matrix(Tensor each) {
    return each.isNumber() ? each : each.unsqueeze(-1).unsqueeze(-1);
  }
}
