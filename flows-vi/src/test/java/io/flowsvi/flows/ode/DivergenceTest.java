package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DivergenceTest {
  private static final int D = 4;
  private static final int ROWS = 4000;
  private static final Penalty PENALTY = new Penalty(0.5, 0.25);

  private static FieldNet net(ParamStore store) {
    FieldNet net = FieldNet.of(FieldSettings.of(D, 12, 12), store.scope("field"));
    Fields.scatter(store, 1.2);
    return net;
  }

  /** All rows the same point, each with noise of its own. */
  private static double[] copies() {
    double[] point = Fields.normals("point", D);
    double[] rows = new double[ROWS * D];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = point[i % D];
    }
    return rows;
  }

  private static void agrees(double[] estimates, double exact) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (double e : estimates) {
      statistics.addValue(e);
    }
    double error = statistics.getStandardDeviation() / Math.sqrt(estimates.length);
    assertThat(error).isPositive();
    assertThat(statistics.getMean()).isCloseTo(exact, within(3 * error));
  }

  /** Three standard errors: false alarms in 3 of 1000 checks; the seed is fixed. */
  @ParameterizedTest
  @EnumSource(Divergence.Hutchinson.Noise.class)
  void estimatesAgreeWithTheExactTrace(Divergence.Hutchinson.Noise noise) {
    FieldNet net = net(new ParamStore(Seed.of(1)));
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(copies(), Shape.of(ROWS, D));
            VectorField field = net.bind(Values.empty());
            VectorField exact = Divergence.exact().of(field, PENALTY, x.shape(), Seed.of(1));
            Divergence hutchinson = new Divergence.Hutchinson(noise);
            VectorField estimated = hutchinson.of(field, PENALTY, x.shape(), Seed.of(3));
            Flowline known = exact.at(0.4, x);
            Flowline line = estimated.at(0.4, x);
            assertThat(known.divergence().toDoubles()[0])
                .isCloseTo(field.at(0.4, x).divergence().toDoubles()[0], within(1e-12));
            agrees(line.divergence().toDoubles(), known.divergence().toDoubles()[0]);
            agrees(line.energy().toDoubles(), known.energy().toDoubles()[0]);
            return null;
          });
    }
  }

  /** The log-determinant of a whole solve is unbiased, too, since one noise serves all of it. */
  @Test
  void solvesAgreeWithTheExactTrace() {
    FieldNet net = net(new ParamStore(Seed.of(1)));
    Solver solver = FixedSteps.of(ButcherTableau.RK4, 4);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(copies(), Shape.of(ROWS, D));
            VectorField field = net.bind(Values.empty());
            VectorField estimated =
                Divergence.hutchinson().of(field, Penalty.NONE, x.shape(), Seed.of(5));
            Solution exact = solver.solve(field, 0, 1, x);
            Solution solution = solver.solve(estimated, 0, 1, x);
            assertThat(solution.value().toDoubles())
                .containsExactly(solver.solve(estimated, 0, 1, x).value().toDoubles());
            agrees(solution.integral().toDoubles(), exact.integral().toDoubles()[0]);
            return null;
          });
    }
  }

  @Test
  void oneNoiseServesAllTimes() {
    // A field without time: with one ε its estimate is the same at any time.
    VectorField field =
        new VectorField() {
          @Override
          public int dim() {
            return 2;
          }

          @Override
          public Tensor velocity(double t, Tensor x) {
            return x.flip(-1).plus(x.square());
          }

          @Override
          public Flowline at(double t, Tensor x) {
            return new Flowline(velocity(t, x), x.sum(-1).times(2));
          }

          @Override
          public Tangents push(double t, Tensor x, Tensor v) {
            Tensor images = v.flip(-1).plus(v.times(x.unsqueeze(-2)).times(2));
            return new Tangents(velocity(t, x), images);
          }
        };
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(Fields.normals("x", 20), Shape.of(10, 2));
            for (Divergence.Hutchinson.Noise noise : Divergence.Hutchinson.Noise.values()) {
              Divergence hutchinson = new Divergence.Hutchinson(noise);
              VectorField traced = hutchinson.of(field, Penalty.NONE, x.shape(), Seed.of(2));
              double[] early = traced.at(0.1, x).divergence().toDoubles();
              assertThat(traced.at(0.9, x).divergence().toDoubles()).containsExactly(early);
              VectorField other = hutchinson.of(field, Penalty.NONE, x.shape(), Seed.of(3));
              assertThat(other.at(0.1, x).divergence().toDoubles()).isNotEqualTo(early);
              assertThat(early).isNotEqualTo(field.at(0.1, x).divergence().toDoubles());
            }
            return null;
          });
    }
  }

  /** Rates of the penalty against their definition, from the Jacobian of a linear field. */
  @Test
  void penaltiesAreKineticEnergyAndFrobeniusNorm() {
    double[] matrix = {1, 2, -0.5, 0.3};
    VectorField linear =
        new VectorField() {
          private Tensor matrix() {
            return io.flowsvi.ppl.tensor.Arena.current().tensor(matrix, Shape.of(2, 2));
          }

          @Override
          public int dim() {
            return 2;
          }

          @Override
          public Tensor velocity(double t, Tensor x) {
            return x.matmulTransposed(matrix());
          }

          @Override
          public Flowline at(double t, Tensor x) {
            return new Flowline(velocity(t, x), x.sum(-1).times(0).plus(1.3));
          }

          @Override
          public Tangents push(double t, Tensor x, Tensor v) {
            Tensor images = v.matmulTransposed(matrix()).expand(Shape.of(1, v.shape().dim(-2), 2));
            return new Tangents(velocity(t, x), images);
          }
        };
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[] {1, 1}, Shape.of(1, 2));
            double speed = 3 * 3 + 0.2 * 0.2;
            double frobenius = 1 + 4 + 0.25 + 0.09;
            Flowline both = Divergence.exact().of(linear, PENALTY, x.shape(), Seed.of(1)).at(0, x);
            assertThat(both.energy().item())
                .isCloseTo(0.5 * speed + 0.25 * frobenius, within(1e-12));
            assertThat(both.divergence().item()).isCloseTo(1.3, within(1e-12));
            Flowline kinetic =
                Divergence.exact().of(linear, new Penalty(2, 0), x.shape(), Seed.of(1)).at(0, x);
            assertThat(kinetic.energy().item()).isCloseTo(2 * speed, within(1e-12));
            assertThat(
                    Divergence.exact()
                        .of(linear, Penalty.NONE, x.shape(), Seed.of(1))
                        .at(0, x)
                        .energy()
                        .isNumber())
                .isTrue();
            return null;
          });
    }
  }
}
