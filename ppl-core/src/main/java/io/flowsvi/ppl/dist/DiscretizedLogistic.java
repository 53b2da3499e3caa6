package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A logistic variable rounded to the levels 0 … L − 1, the ends taking the tails: grey pixels.
 *
 * <p>p(k) = σ((k + ½ − μ)/s) − σ((k − ½ − μ)/s), with σ(−∞) below level 0 and σ(∞) above L − 1. As
 * the interval has length 1/s, log p(k) = log σ(b) + log σ(−a) + log(1 − e^{−1/s}) inside, accurate
 * in both tails. Other values have log density −∞. Kingma et al. (2016), appendix; Salimans et al.
 * (2017), eq. 2.
 */
public final class DiscretizedLogistic implements Distribution {
  private final Tensor location;
  private final Tensor scale;
  private final int levels;
  private final List<Argument> arguments;

  private DiscretizedLogistic(Tensor location, Tensor scale, int levels) {
    if (levels < 2) {
      throw new PplException("DiscretizedLogistic: levels must be at least 2, got " + levels + ".");
    }
    this.location = location;
    this.scale = scale;
    this.levels = levels;
    this.arguments =
        Arguments.of("DiscretizedLogistic")
            .and("loc", location, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** By the location μ and scale s &gt; 0 in levels, and the number of levels L. */
  public static DiscretizedLogistic of(Tensor location, Tensor scale, int levels) {
    return new DiscretizedLogistic(location, scale, levels);
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Category.of(levels);
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = Inside.whole(value).times(value.lessThan(levels));
    Tensor x = Inside.limited(inside, value, 0);
    Tensor narrow = scale.reciprocal();
    Tensor centred = x.minus(location);
    Tensor below = centred.plus(0.5).times(narrow).logSigmoid();
    Tensor above = centred.minus(0.5).times(narrow).negate().logSigmoid();
    Tensor bottom = x.equalTo(0);
    Tensor top = x.equalTo(levels - 1);
    // At an end the interval is a half-line: one of the three terms is all there is.
    Tensor width = Tails.logOneMinusExp(narrow);
    Tensor middle = below.plus(above).plus(width);
    Tensor logP = bottom.select(below, top.select(above, middle));
    return logP.plus(Inside.log(inside));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.each(
        seed,
        batch,
        (random, p) -> {
          double u = Seed.openUniform(random);
          double x = p[0] + p[1] * (Math.log(u) - Math.log1p(-u));
          return Math.max(0, Math.min(levels - 1, Math.rint(x)));
        },
        location,
        scale);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
