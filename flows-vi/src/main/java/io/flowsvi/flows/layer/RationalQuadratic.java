package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Monotone rational-quadratic splines, one per coordinate: the identity outside a box.
 *
 * <p>Knots (x_k, y_k) and slopes d_k are {@code [..., D, K + 1]}; on bin k with ξ = (x − x_k)/w_k
 * and s = h_k/w_k: y = y_k + h_k (sξ² + d_k ξ(1 − ξ)) / (s + (d_{k+1} + d_k − 2s) ξ(1 − ξ)). The
 * inverse solves a quadratic. Durkan, Bekasov, Murray and Papamakarios (2019), eq. 4 to 8.
 *
 * @param x knots of the argument, increasing from −B to B
 * @param y knots of the value, increasing from −B to B
 * @param slopes derivatives at the knots, positive
 */
record RationalQuadratic(Tensor x, Tensor y, Tensor slopes) {
  private static final double SMALLEST_BIN = 1e-3;
  private static final double SMALLEST_SLOPE = 1e-3;

  /** Added to raw slopes, so that zeros give slope 1: the identity. */
  private static final double SLOPE_OFFSET = Math.log(Math.expm1(1 - SMALLEST_SLOPE));

  /** How many raw numbers a coordinate needs. */
  static int size(int bins) {
    return 3 * bins - 1;
  }

  /** Splines of raw numbers {@code [..., D, 3K − 1]} in the box [−B, B]; boundary slopes are 1. */
  static RationalQuadratic of(Tensor raw, int bins, double bound) {
    Tensor widths = raw.slice(-1, 0, bins);
    Tensor heights = raw.slice(-1, bins, 2 * bins);
    Shape edge = raw.shape().with(-1, 1);
    Tensor ones = Arena.current().full(1, edge);
    Tensor inner =
        raw.slice(-1, 2 * bins, size(bins)).plus(SLOPE_OFFSET).softplus().plus(SMALLEST_SLOPE);
    Tensor slopes = Tensor.concat(List.of(ones, inner, ones), -1);
    return new RationalQuadratic(knots(widths, bound), knots(heights, bound), slopes);
  }

  private static Tensor knots(Tensor raw, double bound) {
    int bins = raw.shape().dim(-1);
    Tensor shares = raw.softmax(-1).times(1 - SMALLEST_BIN * bins).plus(SMALLEST_BIN);
    Tensor upper = shares.times(2 * bound).cumulativeSum(-1).minus(bound);
    Shape edge = raw.shape().with(-1, 1);
    // The last knot is put exactly on the bound, whatever the sum's rounding.
    Tensor last = Arena.current().full(bound, edge);
    Tensor first = Arena.current().full(-bound, edge);
    return Tensor.concat(List.of(first, upper.slice(-1, 0, bins - 1), last), -1);
  }

  /** The values, and the log slope of each element. */
  Mapped forward(Tensor input) {
    Tensor inside = inside(input, x);
    Tensor safe = limited(input, x);
    Bin bin = bin(safe, x);
    Tensor xi = safe.minus(bin.x).over(bin.width);
    Tensor rest = xi.negate().plus(1);
    Tensor mixed = xi.times(rest);
    Tensor denominator = bin.s.plus(bin.bend().times(mixed));
    Tensor numerator = bin.height.times(bin.s.times(xi.square()).plus(bin.d0.times(mixed)));
    Tensor value = bin.y.plus(numerator.over(denominator));
    return new Mapped(
        inside.select(value, input), inside.select(logSlope(bin, xi, rest, mixed, denominator), 0));
  }

  /** The preimages, and the log slope of the inverse at each element. */
  Mapped inverse(Tensor output) {
    Tensor inside = inside(output, y);
    Tensor safe = limited(output, y);
    Bin bin = bin(safe, y);
    Tensor delta = safe.minus(bin.y);
    Tensor bend = bin.bend();
    Tensor a = bin.height.times(bin.s.minus(bin.d0)).plus(delta.times(bend));
    Tensor b = bin.height.times(bin.d0).minus(delta.times(bend));
    Tensor c = bin.s.times(delta).negate();
    // Rounding can make the discriminant slightly negative where it is 0.
    Tensor root = b.square().minus(a.times(c).times(4)).maximum(0).sqrt();
    Tensor xi = c.times(2).over(b.plus(root).negate());
    Tensor rest = xi.negate().plus(1);
    Tensor mixed = xi.times(rest);
    Tensor denominator = bin.s.plus(bend.times(mixed));
    Tensor value = bin.x.plus(xi.times(bin.width));
    Tensor log = logSlope(bin, xi, rest, mixed, denominator).negate();
    return new Mapped(inside.select(value, output), inside.select(log, 0));
  }

  private static Tensor logSlope(
      Bin bin, Tensor xi, Tensor rest, Tensor mixed, Tensor denominator) {
    Tensor top =
        bin.d1
            .times(xi.square())
            .plus(bin.s.times(mixed).times(2))
            .plus(bin.d0.times(rest.square()));
    return bin.s.log().times(2).plus(top.log()).minus(denominator.log().times(2));
  }

  private static Tensor inside(Tensor value, Tensor knots) {
    int last = knots.shape().dim(-1) - 1;
    return knots.at(-1, 0).atMost(value).times(value.atMost(knots.at(-1, last)));
  }

  /**
   * The value moved into the box: the branch not taken must stay finite, or gradients become NaN.
   */
  private static Tensor limited(Tensor value, Tensor knots) {
    int last = knots.shape().dim(-1) - 1;
    Tensor low = knots.at(-1, 0).stopGradient();
    Tensor high = knots.at(-1, last).stopGradient();
    return value.maximum(low).minimum(high);
  }

  private record Bin(
      Tensor x, Tensor width, Tensor y, Tensor height, Tensor s, Tensor d0, Tensor d1) {
    Tensor bend() {
      return d1.plus(d0).minus(s.times(2));
    }
  }

  private Bin bin(Tensor value, Tensor searched) {
    int bins = searched.shape().dim(-1) - 1;
    Tensor index = searched.slice(-1, 1, bins).atMost(value.unsqueeze(-1)).sum(-1);
    Tensor at = index.unsqueeze(-1);
    Tensor next = at.plus(1);
    Tensor x0 = pick(x, at);
    Tensor y0 = pick(y, at);
    Tensor width = pick(x, next).minus(x0);
    Tensor height = pick(y, next).minus(y0);
    return new Bin(x0, width, y0, height, height.over(width), pick(slopes, at), pick(slopes, next));
  }

  private static Tensor pick(Tensor table, Tensor index) {
    Shape shape = table.shape();
    while (shape.rank() < index.shape().rank()) {
      shape = shape.insert(0, 1);
    }
    return table.reshape(shape).takeAlong(-1, index).squeeze(-1);
  }
}
