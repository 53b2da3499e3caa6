package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Pushes density towards or away from a point.
 *
 * <p>f(z) = z + βh(z − c), h = 1/(α + r), r = ‖z − c‖; log|det| = (D − 1) log(1 + βh) + log(1 +
 * βαh²). z is {@code [..., D]}. Forward costs D; the inverse, too: r is the positive root of r² +
 * (α + β − r')r − αr' = 0, r' = ‖y − c‖. α = softplus(a) &gt; 0 and β = −α + softplus(b) &gt; −α
 * keep it invertible. It starts at b = a: the identity. Rezende and Mohamed (2015), eq. 14 and
 * appendix A.2.
 *
 * @param dim D
 */
public record Radial(int dim) implements BijectiveLayer {
  @Override
  public ParamLayout layout() {
    return ParamLayout.of("c", Shape.of(dim)).and("a", Shape.of(1)).and("b", Shape.of(1));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      double[] noise = new double[dim + 1];
      Init.normal(1).fill(layout, seed, noise);
      System.arraycopy(noise, 0, values, 0, dim);
      values[dim + 1] = 0.01 * noise[dim];
    };
  }

  @Override
  public Bijection bind(Values values) {
    Tensor c = values.get("c");
    Tensor alpha = values.get("a").softplus();
    Tensor beta = values.get("b").softplus().minus(alpha);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor difference = z.minus(c);
        Tensor h = alpha.plus(difference.norm(-1).unsqueeze(-1)).reciprocal();
        Tensor bh = beta.times(h);
        return new Mapped(z.plus(bh.times(difference)), logDet(h, bh));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor difference = y.minus(c);
        Tensor distance = difference.norm(-1).unsqueeze(-1);
        Tensor p = alpha.plus(beta).minus(distance);
        // The positive root without cancellation: −2q/(p + √(p² − 4q)) where p > 0, q = −αr' ≤ 0.
        Tensor q = alpha.times(distance);
        Tensor root = p.square().plus(q.times(4)).sqrt();
        Tensor positive = p.greaterThan(0);
        Tensor denominator = positive.select(p.plus(root), 1);
        Tensor r = positive.select(q.times(2).over(denominator), root.minus(p).times(0.5));
        Tensor h = alpha.plus(r).reciprocal();
        Tensor bh = beta.times(h);
        Tensor z = c.plus(difference.over(bh.plus(1)));
        return new Mapped(z, logDet(h, bh).negate());
      }

      private Tensor logDet(Tensor h, Tensor bh) {
        Tensor outer = bh.log1p().times(dim - 1);
        return outer.plus(bh.times(alpha.times(h)).log1p()).squeeze(-1);
      }
    };
  }
}
