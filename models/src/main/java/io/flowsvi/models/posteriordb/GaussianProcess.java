package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A Gaussian process with squared-exponential covariance α² exp(−(x_i − x_j)²/(2ρ²)).
 *
 * <p>ρ ~ Gamma(25, 4), α ~ N⁺(0, 2).
 */
public final class GaussianProcess {
  private static final Latent RHO = new Latent("rho");
  private static final Latent ALPHA = new Latent("alpha");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Latent WHITE = new Latent("f_tilde");
  private static final Derived F = new Derived("f");
  private static final Observed Y = new Observed("y");
  private static final Observed K = new Observed("k");
  private static final double JITTER = 1e-10;

  private GaussianProcess() {}

  /**
   * Inputs and outcomes.
   *
   * @param x inputs
   * @param outcome reals or counts
   */
  public record Data(double[] x, double[] outcome) {
    /** From N, x, y. */
    public static Data reals(StanData data) {
      int n = data.count("N");
      return new Data(data.reals("x", n), data.reals("y", n));
    }

    /** From N, x, k. */
    public static Data counts(StanData data) {
      int n = data.count("N");
      return new Data(data.reals("x", n), data.counts("k", n));
    }

    /** −½(x_i − x_j)², row by row. */
    double[] halfSquares() {
      int n = x.length;
      double[] squares = new double[n * n];
      for (int i = 0; i < n * n; i++) {
        double difference = x[i / n] - x[i % n];
        squares[i] = -0.5 * difference * difference;
      }
      return squares;
    }
  }

  /** y ~ MultiNormal(0, C + σI), σ ~ N⁺(0, 1): the nugget is σ itself. */
  public static void regression(Context ctx, Data d) {
    int n = d.x().length;
    Tensor rho = ctx.sample(RHO, Gamma.of(25, 4));
    Tensor alpha = ctx.sample(ALPHA, HalfNormal.of(2));
    Tensor sigma = ctx.sample(SIGMA, HalfNormal.of(1));
    Tensor nugget = sigma.unsqueeze(-1).expand(sigma.shape().append(n)).diagonalMatrix();
    Tensor covariance = covariance(ctx, d, rho, alpha).plus(nugget);
    Distribution y = MultivariateNormal.covariance(Tensor.number(0), covariance);
    ctx.observe(Y, y, ctx.data(d.outcome(), Shape.of(n)));
  }

  /** f = chol(C + 1e−10 I) f̃, f̃ ~ N(0, 1), k_i ~ Poisson(e^{f_i}). */
  public static void poisson(Context ctx, Data d) {
    int n = d.x().length;
    Tensor rho = ctx.sample(RHO, Gamma.of(25, 4));
    Tensor alpha = ctx.sample(ALPHA, HalfNormal.of(2));
    Tensor white = ctx.sample(WHITE, Normal.of(0, 1).event(n));
    Tensor jitter = Arena.current().full(JITTER, Shape.of(n)).diagonalMatrix();
    Tensor factor = covariance(ctx, d, rho, alpha).plus(jitter).cholesky();
    Tensor f = ctx.derive(F, factor.matvec(white));
    ctx.observe(K, Poisson.of(f).event(n), ctx.data(d.outcome(), Shape.of(n)));
  }

  private static Tensor covariance(Context ctx, Data d, Tensor rho, Tensor alpha) {
    int n = d.x().length;
    Tensor squares = ctx.data(d.halfSquares(), Shape.of(n, n));
    Tensor shape = rho.square().reciprocal().unsqueeze(-1).unsqueeze(-1).times(squares).exp();
    return shape.times(alpha.square().unsqueeze(-1).unsqueeze(-1));
  }
}
