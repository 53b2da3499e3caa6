package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Integrals of a distribution over the reals behind its support, by Gauss-Legendre panels.
 *
 * <p>Each real is sinh t with t on an even grid, so that one rule reaches both the middle and tails
 * as heavy as a Cauchy's. Angles are integrated over (−π, π] themselves.
 */
final class Quadrature {
  private static final GaussIntegratorFactory RULES = new GaussIntegratorFactory();

  private Quadrature() {}

  /** Points t, one per row of a grid over [from, to] in panels, and their weights. */
  record Grid(double[] points, double[] weights) {
    static Grid of(double from, double to, int panels, int order) {
      GaussIntegrator rule = RULES.legendre(order);
      double[] points = new double[panels * order];
      double[] weights = new double[panels * order];
      double half = (to - from) / panels / 2;
      for (int i = 0; i < points.length; i++) {
        double middle = from + half * (2 * (i / order) + 1);
        points[i] = middle + half * rule.getPoint(i % order);
        weights[i] = half * rule.getWeight(i % order);
      }
      return new Grid(points, weights);
    }
  }

  /** How far the reals of a support are followed. */
  static double limit(Distribution d) {
    Support support = d.support();
    if (support instanceof Circle) {
      return Math.PI;
    }
    if (support instanceof Real) {
      return asinh(d.eventShape().rank() == 0 ? 1e15 : 1e4);
    }
    if (support instanceof Interval) {
      return asinh(34);
    }
    if (support instanceof CorrelationCholesky) {
      return asinh(25);
    }
    if (support instanceof PositiveDefinite) {
      return asinh(5);
    }
    return asinh(d.eventShape().rank() == 0 ? 300 : 60);
  }

  static double asinh(double u) {
    return Math.signum(u) * Math.log(Math.abs(u) + Math.sqrt(u * u + 1));
  }

  /** E f(X) to about 1e-5 or better; f maps events [M + event] to [M]. */
  static double expectation(Distribution d, Function<Tensor, Tensor> f) {
    return expectation(d, f, 12, 48);
  }

  /** As {@link #expectation}, of a scalar and with a kink of f inside the range. */
  static double expectationWithKink(Distribution d, Function<Tensor, Tensor> f, double kink) {
    double cut = asinh(kink);
    double sum = 0;
    for (Grid grid : new Grid[] {line(d, -limit(d), cut), line(d, cut, limit(d))}) {
      Tensor t = Arena.current().tensor(grid.points(), Shape.of(grid.points().length));
      Tensor x = ((Support.Continuous) d.support()).toEvent(t.sinh()).value();
      sum += weighted(densityOfT(d, grid.points()).times(f.apply(x)), grid.weights());
    }
    return sum;
  }

  /** E f(X) to about 1e-3 in several dimensions, quickly: to compare with means of draws. */
  static double roughExpectation(Distribution d, Function<Tensor, Tensor> f) {
    return expectation(d, f, 5, 28);
  }

  private static double expectation(
      Distribution d, Function<Tensor, Tensor> f, int panelsOfTwo, int orderOfThree) {
    double limit = limit(d);
    if (d.support() instanceof Circle) {
      Grid grid = Grid.of(-limit, limit, 20, 16);
      Tensor x = Arena.current().tensor(grid.points(), Shape.of(grid.points().length));
      return weighted(d.logProb(x).exp().times(f.apply(x)), grid.weights());
    }
    Support.Continuous support = (Support.Continuous) d.support();
    Shape real = support.realShape(d.eventShape());
    int dims = real.size();
    Grid grid =
        switch (dims) {
          case 1 -> line(d, -limit, limit);
          case 2 -> Grid.of(-limit, limit, panelsOfTwo, 12);
          default -> Grid.of(-limit, limit, 1, orderOfThree);
        };
    int each = grid.points().length;
    int rows = (int) Math.pow(each, dims);
    double[] u = new double[rows * dims];
    double[] weights = new double[rows];
    for (int row = 0; row < rows; row++) {
      double weight = 1;
      int rest = row;
      for (int k = 0; k < dims; k++) {
        double t = grid.points()[rest % each];
        u[row * dims + k] = Math.sinh(t);
        weight *= grid.weights()[rest % each] * Math.cosh(t);
        rest /= each;
      }
      weights[row] = weight;
    }
    Tensor reals = Arena.current().tensor(u, Shape.of(rows).append(real));
    Mapped mapped = support.toEvent(reals);
    Tensor density = logDensity(d, reals).exp();
    return weighted(density.times(f.apply(mapped.value())), weights);
  }

  /** A rule for one real, cut where a density of a location has its kink. */
  private static Grid line(Distribution d, double from, double to) {
    double kink = d instanceof LocationScale l && l.loc().shape().size() == 1 ? l.loc().item() : to;
    double cut = asinh(kink);
    if (!(cut > from && cut < to)) {
      return Grid.of(from, to, 120, 16);
    }
    Grid left = Grid.of(from, cut, 60, 16);
    Grid right = Grid.of(cut, to, 60, 16);
    return new Grid(join(left.points(), right.points()), join(left.weights(), right.weights()));
  }

  private static double[] join(double[] left, double[] right) {
    return DoubleStream.concat(Arrays.stream(left), Arrays.stream(right)).toArray();
  }

  /** P(X ≤ x) of a scalar distribution. */
  static double cdf(Distribution d, double x) {
    double to = t(d, x);
    Grid grid =
        d.support() instanceof Circle ? Grid.of(-Math.PI, to, 40, 16) : line(d, -limit(d), to);
    return weighted(densityOfT(d, grid.points()), grid.weights());
  }

  /** The coordinate t behind a scalar event. */
  static double t(Distribution d, double x) {
    if (d.support() instanceof Circle) {
      return x;
    }
    Tensor event = Arena.current().tensor(new double[] {x}, Shape.of(1));
    return asinh(((Support.Continuous) d.support()).toReal(event).item());
  }

  /** The density of t. */
  static Tensor densityOfT(Distribution d, double[] t) {
    Tensor at = Arena.current().tensor(t, Shape.of(t.length));
    if (d.support() instanceof Circle) {
      return d.logProb(at).exp();
    }
    return logDensity(d, at.sinh()).exp().times(at.cosh());
  }

  /** The log density of reals {@code [batch + real]}: {@code [batch]}. */
  static Tensor logDensity(Distribution d, Tensor reals) {
    Support.Continuous support = (Support.Continuous) d.support();
    Mapped mapped = support.toEvent(reals);
    Tensor logDet = mapped.logDet();
    for (int i = support.eventRank(); i < d.eventShape().rank() && !logDet.isNumber(); i++) {
      logDet = logDet.sum(-1);
    }
    return d.logProb(mapped.value()).plus(logDet);
  }

  private static double weighted(Tensor values, double[] weights) {
    double[] v = values.toDoubles();
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      sum += v[i] * weights[i];
    }
    return sum;
  }
}
