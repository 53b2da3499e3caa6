package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Simplex;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
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
          Tensor r = matrix(2, 0.5, 0.3, 0, -0.4);
          Tensor rTilde = matrix(2, -0.7, 0.2, 0, 0.9);
          Tensor diagonals = r.diagonal().times(rTilde.diagonal());
          Frame q = Sylvester.rows(matrix(2, 0.6, 0.8, 0, 0, 0, 1));
          return Sylvester.transform(q, r, rTilde, diagonals, vector(0.1, -0.2)).forward(z());
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
}
