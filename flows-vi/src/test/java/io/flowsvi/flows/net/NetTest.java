package io.flowsvi.flows.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the networks compute, and what a MADE's outputs may depend on. */
class NetTest {
  private final ParamStore store = new ParamStore(Seed.of(1));

  private void fillAll() {
    for (Param p : store.params()) {
      double[] values = new double[p.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.9 * Math.sin(1 + p.offset() + 1.7 * i);
      }
      p.set(values);
    }
  }

  /** Row o: how output o of a MADE reacts to each input. */
  private static double[][] jacobian(Made made, double[] x, Optional<double[]> context) {
    double[][] rows = new double[2 * made.dim()][];
    try (Session session = Session.open(1)) {
      for (int o = 0; o < rows.length; o++) {
        int at = o;
        rows[o] =
            session.compute(
                arena ->
                    Tape.gradient(
                            x,
                            Shape.of(1, x.length),
                            t ->
                                made.numbers(
                                        t, context.map(c -> arena.tensor(c, Shape.of(c.length))))
                                    .get(at / made.dim())
                                    .at(-1, at % made.dim())
                                    .sum())
                        .gradients()
                        .get(0));
      }
    }
    return rows;
  }

  /** Strictly those before it, and every one of those: none is dropped, even at H = D − 1. */
  @ParameterizedTest
  @CsvSource({"2, 1", "5, 4", "5, 7", "5, 40", "12, 11"})
  void outputSeesExactlyTheInputsBeforeIt(int dim, int hidden) {
    Made made = Made.of(store.scope("made"), dim, hidden);
    fillAll();
    double[] x = IntStream.range(0, dim).mapToDouble(i -> 0.3 * Math.cos(i)).toArray();
    double[][] jacobian = jacobian(made, x, Optional.empty());
    for (int o = 0; o < 2 * dim; o++) {
      for (int i = 0; i < dim; i++) {
        if (i < o % dim) {
          assertThat(jacobian[o][i]).as("output %d, input %d", o, i).isNotZero();
        } else {
          assertThat(jacobian[o][i]).as("output %d, input %d", o, i).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 6", "2, 2", "4, 4", "4, 7"})
  void contextReachesEveryOutput(int dim, int hidden) {
    Made made = Made.of(store.scope("made"), dim, hidden, 2, Activation.TANH);
    fillAll();
    double[][] outputs = new double[2][];
    for (int side = 0; side < 2; side++) {
      double[] context = {0.4, side};
      try (Session session = Session.open(1)) {
        outputs[side] =
            session.compute(
                arena ->
                    Tensor.concat(
                            made.numbers(
                                arena.zeros(Shape.of(1, dim)),
                                Optional.of(arena.tensor(context, Shape.of(2)))),
                            -1)
                        .toDoubles());
      }
    }
    for (int o = 0; o < 2 * dim; o++) {
      assertThat(outputs[0][o]).as("output %d", o).isNotEqualTo(outputs[1][o]);
    }
  }

  @Test
  void contextDoesNotLetOutputsSeeLaterInputs() {
    Made made = Made.of(store.scope("made"), 5, 8, 2, Activation.TANH);
    fillAll();
    double[][] jacobian =
        jacobian(made, new double[] {0.1, 0.5, -0.3, 1, 2}, Optional.of(new double[] {1, -1}));
    for (int o = 0; o < 10; o++) {
      for (int i = 0; i < 5; i++) {
        assertThat(jacobian[o][i] != 0).as("output %d, input %d", o, i).isEqualTo(i < o % 5);
      }
    }
  }

  @Test
  void tooNarrowMadeIsRefused() {
    assertThatThrownBy(() -> Made.of(store.scope("narrow"), 6, 4))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "MADE 'narrow' on 6 dimensions needs at least 5 hidden units, got 4: with fewer, some "
                + "inputs would be dropped.");
    assertThatThrownBy(() -> Made.of(store.scope("given"), 6, 5, 3, Activation.TANH))
        .hasMessageStartingWith(
            "MADE 'given' on 6 dimensions with a context needs at least 6 hidden units, got 5");
  }

  @Test
  void mlpOfOneSizeIsRefused() {
    assertThatThrownBy(() -> Net.mlp(store.scope("net"), 3))
        .isInstanceOf(ParameterException.class)
        .hasMessage("An Mlp needs an input and an output size, got [3].");
  }

  private static double plain(Activation activation, double x) {
    return switch (activation) {
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(x, 0);
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SOFTPLUS -> Math.log1p(Math.exp(x));
    };
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void mlpComputesWhatItsFormulaSays(Activation activation) {
    Mlp net = Mlp.of(store.scope("net"), activation, 2, 3, 1);
    fillAll();
    double[][] p = store.params().stream().map(Param::toDoubles).toArray(double[][]::new);
    assertThat(store.params().stream().map(Param::path).toList())
        .containsExactly("net/w0", "net/b0", "net/w1", "net/b1");
    double[] x = {0.7, -1.3};
    double expected = p[3][0];
    for (int k = 0; k < 3; k++) {
      double pre = p[0][2 * k] * x[0] + p[0][2 * k + 1] * x[1] + p[1][k];
      expected += p[2][k] * plain(activation, pre);
    }
    try (Session session = Session.open(1)) {
      double got = session.compute(arena -> net.apply(arena.tensor(x, Shape.of(2))).item());
      assertThat(got).isCloseTo(expected, within(1e-14));
    }
    assertThat(net.inputs()).isEqualTo(2);
    assertThat(net.outputs()).isEqualTo(1);
  }

  /** No branch that is not taken may overflow: its gradient would be NaN. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsHaveFiniteGradientsFarOut(Activation activation) {
    try (Session session = Session.open(1)) {
      double[] gradient =
          session.compute(
              arena ->
                  Tape.gradient(
                          new double[] {-1e4, -30, 0.5, 30, 1e4},
                          Shape.of(5),
                          (Tensor x) -> activation.apply(x).sum())
                      .gradients()
                      .get(0));
      for (double g : gradient) {
        assertThat(g).isBetween(0.0, 1.0);
      }
    }
  }

  /** One gated layer by hand: (W x + b) σ(V x + c), W above V in one matrix. */
  @Test
  void aGatedLayerIsItsFormula() {
    GatedMlp net = GatedMlp.of(store.scope("net"), 2, 1);
    store.params().get(0).set(0.5, -1, 2, 0.25);
    store.params().get(1).set(0.1, -0.2);
    double expected = (0.5 * 0.3 - 0.7 + 0.1) / (1 + Math.exp(-(2 * 0.3 + 0.25 * 0.7 - 0.2)));
    try (Session session = Session.open(1)) {
      double[] y =
          session.compute(
              a -> net.apply(a.tensor(new double[] {0.3, 0.7}, Shape.of(1, 2))).toDoubles());
      assertThat(y).containsExactly(new double[] {expected}, within(1e-15));
    }
  }

  @Test
  void networksFollowOneAnother() {
    Net net = GatedMlp.of(store.scope("body"), 3, 5, 4).then(Net.linear(store.scope("head"), 4, 2));
    assertThat(net.inputs()).isEqualTo(3);
    assertThat(net.outputs()).isEqualTo(2);
    try (Session session = Session.open(1)) {
      Shape shape = session.compute(a -> net.apply(a.zeros(Shape.of(6, 7, 3))).shape());
      assertThat(shape).isEqualTo(Shape.of(6, 7, 2));
    }
    assertThatThrownBy(() -> net.then(net))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("2 outputs is followed by one with 3 inputs");
    assertThatThrownBy(() -> GatedMlp.of(store.scope("none"), 3))
        .hasMessageContaining("A GatedMlp needs an input and an output size, got [3]");
  }

  /** Down to a vector and up again, for images of any height and width that halve twice. */
  @Test
  void gatedConvolutionsMirrorEachOther() {
    Net down = GatedConvolution.encoder(store.scope("down"), 8, 12, 10);
    Net up = GatedConvolution.decoder(store.scope("up"), 3, 8, 12, 2);
    assertThat(down.inputs()).isEqualTo(96);
    assertThat(up.outputs()).isEqualTo(192);
    Net both = down.then(Net.linear(store.scope("middle"), 10, 3)).then(up);
    try (Session session = Session.open(1)) {
      double[] gradient = new double[store.size()];
      Shape shape =
          session.compute(a -> both.apply(a.normal(Seed.of(2), Shape.of(1, 2, 96))).shape());
      assertThat(shape).isEqualTo(Shape.of(1, 2, 192));
      session.compute(
          a ->
              Tape.gradient(
                  store,
                  gradient,
                  () -> both.apply(a.normal(Seed.of(2), Shape.of(2, 96))).square().sum()));
      for (Param p : store.params()) {
        double sum = 0;
        for (int i = 0; i < p.shape().size(); i++) {
          sum += Math.abs(gradient[p.offset() + i]);
        }
        assertThat(sum).as(p.path()).isPositive().isFinite();
      }
    }
    assertThatThrownBy(() -> GatedConvolution.encoder(store.scope("x"), 28, 30, 4))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("multiples of 4, at least 8, got 28 x 30");
  }
}
