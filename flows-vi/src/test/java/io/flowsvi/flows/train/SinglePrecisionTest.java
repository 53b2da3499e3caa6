package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Fits of plain Java whose steps compute in single precision, beside the same in double. */
class SinglePrecisionTest {
  private static final SviSettings SETTINGS =
      SviSettings.defaults().withSteps(200).withCoolingSteps(50).withEvaluation(50, 200);

  private static <D> Fit<D> fit(
      Model<D> model, Batches<D> batches, Precision precision, SviSettings settings) {
    SessionSettings how = SessionSettings.of(7).withPrecision(precision);
    try (Session session = Session.open(how)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, batches.batch(0));
      Guide<Object> guide = Problems.meanField(structure, params);
      return new Svi<>(session, params, model, guide, new Elbo(8), settings).run(batches);
    }
  }

  /** The gap shows that floats were used, its size that nothing but rounding differs. */
  private static <D> void near(Model<D> model, Batches<D> batches) {
    Fit<D> whole = fit(model, batches, Precision.FLOAT64, SETTINGS);
    Fit<D> single = fit(model, batches, Precision.FLOAT32, SETTINGS);
    assertThat(single.execution()).isEqualTo(Execution.COMPILED);
    double[] expected = whole.parameters().values();
    double[] got = single.parameters().values();
    double gap = 0;
    for (int i = 0; i < got.length; i++) {
      gap = Math.max(gap, Math.abs(got[i] - expected[i]) / (1 + Math.abs(expected[i])));
    }
    assertThat(gap).isBetween(1e-12, 1e-3);
  }

  @Test
  void fitsAreThoseOfDoublePrecisionButForRounding() {
    near(Problems.eightSchools(), Batches.full(Problems.Schools.eight()));
  }

  private record Rows(int[] ids, double[] y) {}

  private static final double[] SEVEN = {0.2, 1.4, -0.7, 2.2, 0.1, 0.9, -1.1};

  @Test
  void batchesAreRebound() {
    near(
        (ctx, d) -> {
          var mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          var scale = ctx.sample(Problems.TAU, Normal.of(0, 1)).exp();
          ctx.plate(
              Plate.batch("row", d.ids(), SEVEN.length),
              () ->
                  ctx.observe(
                      Problems.Y, Normal.of(mu, scale), ctx.data(d.y(), Shape.of(d.y().length))));
        },
        Batches.shuffled(
            7,
            3,
            Seed.of(3),
            ids -> new Rows(ids, Arrays.stream(ids).mapToDouble(i -> SEVEN[i]).toArray())));
  }

  private static Target<Problems.Schools> schools(Session session) {
    var model = Problems.eightSchools();
    ParamStore params = Problems.params(session);
    ModelStructure structure = ModelStructure.of(session, model, Problems.Schools.eight());
    Guide<Object> guide = Problems.meanField(structure, params);
    Queries queries = Target.queries(session, params, Execution.COMPILED);
    return new Target<>(session, params, structure, model, guide, queries);
  }

  /** One step of many particles, and its gradient. */
  private static double[] step(int threads) {
    try (Session session = Session.open(SessionSettings.of(7).withPrecision(Precision.FLOAT32))) {
      var target = schools(session);
      var step = new CompiledStep<>(target, new Elbo(6_000), threads);
      int size = target.params().size();
      double[] numbers = new double[size + 1];
      numbers[size] = step.run(Problems.Schools.eight(), Seed.of(3), 0, 1);
      assertThat(step.parts()).isGreaterThan(1);
      System.arraycopy(step.gradient(), 0, numbers, 0, size);
      return numbers;
    }
  }

  /** What was frozen when the steps were made trains from where it is. */
  @Test
  void whatIsThawedTrains() {
    double[][] values = new double[2][];
    for (Precision precision : Precision.values()) {
      try (Session session = Session.open(SessionSettings.of(7).withPrecision(precision))) {
        var model = Problems.eightSchools();
        var data = Problems.Schools.eight();
        ParamStore params = Problems.params(session);
        ModelStructure structure = ModelStructure.of(session, model, data);
        Guide<Object> guide = Problems.meanField(structure, params);
        SviSettings settings = SviSettings.defaults().withLearningRate(0.1);
        var svi = new Svi<>(session, params, structure, model, guide, new Elbo(10), settings);
        params.freeze("guide");
        svi.step(data);
        params.unfreeze("guide");
        double[] before = params.values().clone();
        svi.step(data);
        svi.step(data);
        values[precision.ordinal()] = params.values().clone();
        assertThat(values[precision.ordinal()]).isNotEqualTo(before);
      }
    }
    assertThat(values[1]).containsExactly(values[0], within(1e-3));
  }

  @Test
  void threadsHaveTheSameBits() {
    assertThat(step(2)).containsExactly(step(1));
  }

  /** What a user reads is computed in double precision, whatever the steps take. */
  @Test
  void weightsAreThoseOfDoublePrecision() {
    assertThat(weights(Precision.FLOAT32)).containsExactly(weights(Precision.FLOAT64));
  }

  private static double[] weights(Precision precision) {
    try (Session session = Session.open(SessionSettings.of(7).withPrecision(precision))) {
      return schools(session).logWeights(Problems.Schools.eight(), 700, Seed.of(5));
    }
  }

  /** e^100 is a number in double precision alone: the step says what it met, and where. */
  @Test
  void whatFloatsCannotHoldIsFoundAtItsStep() {
    Model<Double> steep =
        (ctx, y) -> {
          var x = ctx.sample(Problems.MU, Normal.of(0, 1));
          ctx.observe(
              Problems.Y,
              Normal.of(x.times(0).plus(100).exp(), 1e44),
              ctx.data(new double[] {y}, Shape.scalar()));
        };
    assertThat(fit(steep, Batches.full(1.0), Precision.FLOAT64, SETTINGS).status())
        .isNotEqualTo(Status.NON_FINITE);
    assertThatThrownBy(() -> fit(steep, Batches.full(1.0), Precision.FLOAT32, SETTINGS))
        .isInstanceOf(NonFiniteException.class)
        .hasMessageContaining("single precision");
  }
}
