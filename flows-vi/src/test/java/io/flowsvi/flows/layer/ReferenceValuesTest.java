package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.ppl.dist.Simplex;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Values worked out by hand from the papers' formulas in double precision (the flow reference,
 * section 5.3), to half a unit of the last printed digit, at z = (.5, −1, 2).
 */
class ReferenceValuesTest {
  private static final double HALF_UNIT = 0.5e-10;

  private static Tensor vector(double... values) {
    return Arena.current().tensor(values, Shape.of(values.length));
  }

  private static Tensor matrix(int rows, double... values) {
    return Arena.current().tensor(values, Shape.of(rows, values.length / rows));
  }

  private static void check(Supplier<Mapped> map, double unit, double logDet, double... expected) {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Mapped mapped = map.get();
            double[] got = mapped.value().toDoubles();
            for (int i = 0; i < expected.length; i++) {
              assertThat(got[i]).isCloseTo(expected[i], within(unit * 1.0001));
            }
            double l = mapped.logDet().expand(Shape.of(1)).item();
            assertThat(l).isCloseTo(logDet, within(HALF_UNIT * 1.0001));
            return null;
          });
    }
  }

  private static Tensor z() {
    return Arena.current().tensor(new double[] {0.5, -1, 2}, Shape.of(1, 3));
  }

  private static Mapped planar(Tensor u) {
    Values values = new Values(Map.of("u", u, "w", vector(-1, 0.5, 2), "b", vector(0.1)));
    return new Planar(3).bind(values).forward(z());
  }

  @Test
  void planarMatches() {
    check(
        () -> planar(vector(0.3, -0.2, 0.1)),
        HALF_UNIT,
        -0.0032542860,
        0.8370788009,
        -1.2183368684,
        2.0230069498);
  }

  @Test
  void planarWithAStrongConstraintMatches() {
    check(
        () -> planar(vector(2, -1, -1)),
        HALF_UNIT,
        -0.0080276901,
        1.8258366705,
        -1.6629183353,
        2.3361747367);
  }

  @Test
  void radialMatches() {
    check(
        () ->
            new Radial(3)
                .bind(
                    new Values(Map.of("c", vector(1, 0, -1), "a", vector(0.2), "b", vector(-0.4))))
                .forward(z()),
        HALF_UNIT,
        -0.1622366819,
        0.5356431166,
        -0.9287137669,
        1.7861413007);
  }

  @Test
  void householderMatches() {
    check(
        () -> new Householder(3, 1).bind(new Values(Map.of("v", matrix(1, 1, 2, -1)))).forward(z()),
        HALF_UNIT,
        0,
        1.6666666667,
        1.3333333333,
        0.8333333333);
  }

  @Test
  void sylvesterMatches() {
    check(
        () -> {
          UpperTriangle r = UpperTriangle.of(matrix(2, 0, 0.3, 0, 0), vector(0.5, -0.4));
          UpperTriangle rTilde = UpperTriangle.of(matrix(2, 0, 0.2, 0, 0), vector(-0.7, 0.9));
          Frame q = Sylvester.rows(matrix(2, 0.6, 0.8, 0, 0, 0, 1));
          return Sylvester.transform(q, r, rTilde, vector(0.1, -0.2)).forward(z());
        },
        HALF_UNIT,
        -0.2576435195,
        0.8732211807,
        -0.5023717590,
        1.6313325782);
  }

  @Test
  void stickBreakingMatches() {
    check(
        () -> {
          Mapped m = Simplex.INSTANCE.toEvent(matrix(1, 0.3, -0.5, 0.8));
          return m;
        },
        0.5e-8,
        -5.8147039148,
        0.31032244,
        0.16048558,
        0.36512896,
        0.16406302);
  }

  @Test
  void convexCombinationMatches() {
    check(
        () -> {
          Tensor logits = vector(Math.log(0.3), Math.log(0.7));
          Tensor lower = matrix(2, 0.5, -1, 0.25, -0.5, 2, 0.75);
          Values values = new Values(Map.of("logits", logits, "lower", lower));
          return new ConvexCombination(3, 2).bind(values).forward(z());
        },
        HALF_UNIT,
        0,
        0.5,
        -1.1,
        1.95);
  }

  @Test
  void loftMatches() {
    check(
        () -> new Loft(1, 100).bind(Values.empty()).forward(matrix(1, 150)),
        HALF_UNIT,
        -3.9318256327,
        103.9318256327);
  }

  @Test
  void rationalQuadraticSplineMatches() {
    double[] x = {-1.5, -0.4, 1.3};
    double[] y = {-1.7115384615, -0.4306930693, 1.5418957686};
    double[] logSlope = {-0.9555114450, 0.9593648693, -0.6807081567};
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      check(
          () -> {
            Tensor knots = vector(-2, -1, 0, 2);
            Tensor values = vector(-2, -1.5, 0.5, 2);
            RationalQuadratic spline = new RationalQuadratic(knots, values, vector(1, 0.6, 1.8, 1));
            return spline.forward(vector(at));
          },
          HALF_UNIT,
          logSlope[i],
          y[i]);
    }
  }

  /** Linear m and s by pairs of rectified units, which give z_i = max(z_i, 0) − max(−z_i, 0). */
  @Test
  void gatedMaskedLayerMatches() {
    ParamStore store = new ParamStore(Seed.of(1));
    MadeSettings sizes = new MadeSettings(3, List.of(4), 2, 0, Activation.RELU);
    Layer layer = new MaskedAffine(Made.of(store.scope("made"), sizes), MaskedAffine.Scale.GATED);
    double[][] second = {{0, 0}, {0.5, 0}, {-0.3, 0.2}, {0, 0}, {0.1, 0}, {0.4, -0.6}};
    double[] w2 = new double[24];
    for (int i = 0; i < w2.length; i++) {
      w2[i] = second[i / 4][i % 4 / 2] * (i % 2 == 0 ? 1 : -1);
    }
    set(store, "w1", 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0);
    set(store, "w2", w2);
    set(store, "b2", 0.1, 0.1, 0.1, 0, 0, 0);
    check(
        () -> layer.bind(Values.empty()).forward(z()),
        HALF_UNIT,
        -0.7662977777,
        0.3924234315,
        -0.6500461139,
        1.6808351040);
  }

  private static void set(ParamStore store, String name, double... values) {
    store.params().stream()
        .filter(p -> p.path().endsWith("/" + name))
        .findFirst()
        .orElseThrow()
        .set(values);
  }
}
