package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The distributions without a density that integrates to one: censored, point masses, flat. */
class PointMassTest {
  private static <T> T compute(Function<Arena, T> body) {
    try (Session session = Session.open(1)) {
      return session.compute(body);
    }
  }

  /** What lies between the bounds and the two atoms are everything. */
  @ParameterizedTest
  @CsvSource({"-0.4, 1.7", "-30, 25", "2, 2.1"})
  void censoredMassIsOne(double low, double high) {
    compute(
        a -> {
          Censored d = Censored.between(Logistic.of(0.3, 0.8), low, high);
          Quadrature.Grid grid = Quadrature.Grid.of(low, high, 60, 16);
          double[] density =
              d.logProb(a.tensor(grid.points(), Shape.of(grid.points().length))).exp().toDoubles();
          double mass =
              d.logProb(Tensor.number(low)).exp().item()
                  + d.logProb(Tensor.number(high)).exp().item();
          for (int i = 0; i < density.length; i++) {
            mass += density[i] * grid.weights()[i];
          }
          assertThat(mass).isCloseTo(1, within(1e-10));
          return null;
        });
  }

  @Test
  void censoredValuesBeyondABoundCountAsTheBound() {
    compute(
        a -> {
          Normal base = Normal.of(0.3, 0.8);
          Censored d = Censored.below(base, -0.5);
          double atBound = base.logCdf(Tensor.number(-0.5)).item();
          Tensor x = a.tensor(new double[] {-7, -0.5, -0.49, 900}, Shape.of(4));
          double[] got = d.logProb(x).toDoubles();
          assertThat(got[0]).isEqualTo(got[1]).isCloseTo(atBound, within(1e-14));
          double between = base.logProb(Tensor.number(-0.49)).item();
          assertThat(got[2]).isCloseTo(between, within(1e-14));
          assertThat(got[3]).isFinite();
          Tensor above =
              Censored.above(base, 1).logProb(a.tensor(new double[] {1, 0}, Shape.of(2)));
          assertThat(above.at(0, 0).item())
              .isCloseTo(base.logSurvival(Tensor.number(1)).item(), within(1e-14));
          return null;
        });
  }

  /** Branches that are not taken, at infinite bounds and far out, leave no NaN in gradients. */
  @Test
  void censoredGradientsAreThoseOfTheBranchTaken() {
    compute(
        a -> {
          Tensor x = a.tensor(new double[] {-2, 0.1, 3, 400}, Shape.of(4));
          double[] slopes =
              Tape.gradient(
                      new double[] {0.3, 0.8},
                      Shape.of(2),
                      p ->
                          Censored.above(Weibull.of(p.at(0, 0), p.at(0, 1)), Tensor.number(3))
                              .logProb(x.abs())
                              .sum())
                  .gradients()
                  .get(0);
          assertThat(slopes).doesNotContain(Double.NaN);
          double h = 1e-6;
          double up = weibull(a, x, 0.3 + h);
          double down = weibull(a, x, 0.3 - h);
          assertThat(slopes[0]).isCloseTo((up - down) / (2 * h), within(1e-6));
          return null;
        });
  }

  private static double weibull(Arena a, Tensor x, double shape) {
    return Censored.above(Weibull.of(shape, 0.8), 3).logProb(x.abs()).sum().item();
  }

  @Test
  void censoredDrawsStayBetweenTheBounds() {
    compute(
        a -> {
          double[] x =
              Censored.between(Normal.of(0, 1), -0.5, 1)
                  .sample(Seed.of(3), Shape.of(4000))
                  .toDoubles();
          long low = java.util.Arrays.stream(x).filter(v -> v == -0.5).count();
          long high = java.util.Arrays.stream(x).filter(v -> v == 1).count();
          // Five standard errors of a share of 4,000.
          assertThat(low / 4000.0).isCloseTo(0.3085, within(0.037));
          assertThat(high / 4000.0).isCloseTo(0.1587, within(0.029));
          assertThat(java.util.Arrays.stream(x)).allMatch(v -> v >= -0.5 && v <= 1);
          return null;
        });
  }

  @Test
  void deltaIsAPoint() {
    compute(
        a -> {
          Delta d = Delta.at(a.tensor(new double[] {1, 2}, Shape.of(2)));
          Tensor x = a.tensor(new double[] {1, 2.5}, Shape.of(2));
          assertThat(d.logProb(x).toDoubles()).containsExactly(0, Double.NEGATIVE_INFINITY);
          assertThat(d.sample(Seed.of(1), Shape.of(3, 2)).toDoubles())
              .containsExactly(1, 2, 1, 2, 1, 2);
          assertThat(d.mean().toDoubles()).containsExactly(1, 2);
          assertThat(d.variance().toDoubles()).containsExactly(0, 0);
          assertThat(d.support().contains(new double[] {Double.NaN}, Shape.scalar())).isFalse();
          return null;
        });
  }

  @Test
  void flatPriorIsZeroEverywhereOnItsSupport() {
    compute(
        a -> {
          Tensor x = a.tensor(new double[] {1, 2, 3, 4, 5, 6}, Shape.of(2, 3));
          Distribution scalar = ImproperUniform.on(Positive.INSTANCE);
          assertThat(scalar.logProb(x).shape()).isEqualTo(Shape.of(2, 3));
          assertThat(scalar.event(3).logProb(x).shape()).isEqualTo(Shape.of(2));
          Distribution vector = ImproperUniform.on(Simplex.INSTANCE, Shape.of(3));
          assertThat(vector.logProb(x).toDoubles()).containsExactly(0, 0);
          return null;
        });
  }

  @Test
  void misuseIsNamed() {
    compute(
        a -> {
          assertThatThrownBy(
                  () -> ImproperUniform.on(Real.INSTANCE).sample(Seed.of(1), Shape.of(2)))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("ImproperUniform on")
              .hasMessageContaining("Likely fix: give the site a proper prior");
          assertThatThrownBy(() -> ImproperUniform.on(Simplex.INSTANCE))
              .hasMessageContaining("an event on simplex has 1 axes, got the shape ()");
          assertThatThrownBy(() -> Truncated.above(Pareto.of(1, 2), 3))
              .hasMessageContaining("on the reals or the positive numbers, got Pareto");
          assertThatThrownBy(() -> Truncated.above(Weibull.of(1, 2), -3))
              .hasMessageContaining("low must be 0 or above, as Weibull is on positive numbers")
              .hasMessageContaining("got -3.0. Likely fix: Truncated.below(base, high)");
          assertThatThrownBy(() -> Truncated.between(Normal.of(1, 2), 3, 2))
              .hasMessageContaining("Truncated: low must be below high");
          assertThatThrownBy(() -> Censored.between(Normal.of(1, 2), 3, 2))
              .hasMessageContaining("Censored: low must be below high");
          assertThatThrownBy(() -> Hurdle.of(0.2, Normal.of(0, 1)))
              .hasMessageContaining("Hurdle: the base must be a distribution of single counts");
          assertThatThrownBy(() -> Transformed.onto(Circle.INSTANCE, Normal.of(0, 1).event(2)))
              .hasMessageContaining("circle has one real more than it has dimensions");
          assertThatThrownBy(() -> Transformed.onto(Simplex.INSTANCE, Normal.of(0, 1)))
              .hasMessageContaining("simplex needs base events [..., reals], got ()");
          assertThatThrownBy(() -> Transformed.onto(Positive.INSTANCE, Gamma.of(2, 1)))
              .hasMessageContaining("the base must be on the reals, got Gamma");
          assertThatThrownBy(() -> ZeroSumNormal.of(1, 1.0))
              .hasMessageContaining("there must be at least 2 groups, got 1");
          assertThatThrownBy(() -> Ar1.of(0, 0, 0.5, 1))
              .hasMessageContaining("Ar1: the length must be at least 1, got 0");
          assertThatThrownBy(
                  () ->
                      MixtureSameFamily.of(a.zeros(Shape.of(3)), Normal.of(a.zeros(Shape.of(2)), 1))
                          .logProb(Tensor.number(0).expand(Shape.of(4))))
              .hasMessageContaining("are for 3 components, but Normal gives log densities");
          assertThatThrownBy(
                  () ->
                      LowRankMultivariateNormal.of(
                          a.zeros(Shape.of(3)), a.zeros(Shape.of(2, 1)), a.full(1, Shape.of(2))))
              .hasMessageContaining("loc is (3), expected [..., 2] as the factor has D = 2 rows");
          return null;
        });
  }

  /** The marginal likelihood of known densities: named shapes of one distribution meet. */
  @Test
  void specialCasesMeet() {
    compute(
        a -> {
          Tensor x = a.tensor(new double[] {-1.3, 0.2, 2.4}, Shape.of(3));
          same(SkewNormal.of(0.3, 1.2, 0).logProb(x), Normal.of(0.3, 1.2).logProb(x));
          same(AsymmetricLaplace.of(0.3, 1.2, 1).logProb(x), Laplace.of(0.3, 1.2).logProb(x));
          same(
              Truncated.between(Normal.of(0.3, 1.2), -2, 3).logProb(x),
              TruncatedNormal.of(0.3, 1.2, -2, 3).logProb(x));
          Tensor positive = x.square();
          same(
              Frechet.of(2.5, 1.3).logProb(positive),
              Weibull.of(2.5, 1 / 1.3)
                  .logProb(positive.reciprocal())
                  .minus(positive.log().times(2)));
          same(
              Transformed.onto(Positive.INSTANCE, Normal.of(0.3, 1.2)).logProb(positive),
              LogNormal.of(0.3, 1.2).logProb(positive));
          Tensor w = a.tensor(new double[] {1.3, 0, -0.6, 0.8}, Shape.of(2, 2));
          Tensor two = a.tensor(new double[] {0.1, -2, 0.7, 0.4}, Shape.of(2, 2));
          Tensor covariance =
              w.matmulTransposed(w).plus(a.tensor(new double[] {0.5, 0, 0, 0.2}, Shape.of(2, 2)));
          same(
              LowRankMultivariateNormal.of(
                      a.zeros(Shape.of(2)), w, a.tensor(new double[] {0.5, 0.2}, Shape.of(2)))
                  .logProb(two),
              MultivariateNormal.covariance(a.zeros(Shape.of(2)), covariance).logProb(two));
          same(
              MixtureSameFamily.of(
                      a.tensor(new double[] {0.3, 1}, Shape.of(2)),
                      Normal.of(a.tensor(new double[] {-1, 2}, Shape.of(2)), 0.7))
                  .logProb(x),
              Mixture.of(
                      a.tensor(new double[] {0.3, 1}, Shape.of(2)),
                      List.of(Normal.of(-1, 0.7), Normal.of(2, 0.7)))
                  .logProb(x));
          return null;
        });
  }

  private static void same(Tensor got, Tensor expected) {
    assertThat(got.toDoubles()).containsExactly(expected.toDoubles(), within(1e-12));
  }
}
