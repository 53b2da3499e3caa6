package io.flowsvi.ppl.tensor.eager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.RandomProgram;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.script.ScriptProgram;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Assumption;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Noise;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.PrimitiveContractTest;
import io.flowsvi.ppl.tensor.PrimitiveRow;
import io.flowsvi.ppl.tensor.Script;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A script's loss and gradient are those of the plain engine, primitive by primitive. */
class TorchScriptTest {
  private static final double AGREEMENT = 1e-10;
  private static final Seed ROOT = Seed.of(5);

  static List<PrimitiveRow> rows() {
    return PrimitiveContractTest.rows();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agreesWithJava(PrimitiveRow row) {
    ParamStore store = store(row.shape(), PrimitiveContractTest.input(row));
    Param x = store.params().get(0);
    boolean smooth = row.primitive() != Unary.TRIGAMMA;
    Function<Seed, Tensor> function =
        seed ->
            PrimitiveContractTest.weighted(
                row.function().apply(smooth ? x.value() : x.value().stopGradient()));
    if (row.primitive() == Binary.LOG_BETA || row.primitive() == Binary.STANDARD_GAMMA_DERIVATIVE) {
      assertThatThrownBy(() -> agree(store, function))
          .isInstanceOf(RecordingException.class)
          .hasMessageContaining("libtorch has no call for");
    } else {
      agree(store, function);
    }
  }

  @Test
  void patternsAgree() {
    Shape s = Shape.of(4, 5);
    agreeOn(
        filled(s),
        p -> {
          Tensor h = p.matmulTransposed(p).maximum(0);
          Tensor t = h.matmul(p).plus(p.times(0.5)).tanh();
          Tensor gate = t.matmulTransposed(p).sigmoid();
          Tensor kept = t.square().negate().plus(1);
          return gate.matmul(p).minus(t.times(p)).plus(t.times(kept)).sum();
        });
  }

  @Test
  void batchedProductsWithVectorsAgree() {
    agreeOn(
        filled(Shape.of(3, 4, 5)),
        p -> {
          Tensor row = p.slice(1, 0, 1);
          Tensor column = p.slice(2, 0, 1);
          Tensor a = p.matmulTransposed(row);
          Tensor b = p.transposedMatmul(column);
          Tensor outer = column.matmul(row);
          return a.sum().plus(b.square().sum()).plus(outer.times(p).exp().sum());
        });
  }

  @Test
  void joinsOfJoinsAgree() {
    agreeOn(
        filled(Shape.of(3, 4)),
        p -> {
          Tensor one = Tensor.concat(List.of(p.exp(), p.tanh()), -1);
          Tensor two = Tensor.concat(List.of(one, p.square()), -1);
          Tensor own = Tensor.concat(List.of(two, two.sin()), -1);
          return one.square().sum().plus(two.cos().sum()).plus(own.times(own).exp().sum());
        });
  }

  /** Units over what they are units of, unless somebody looks at that once more. */
  @Test
  void unitsOverTheirSumsAgree() {
    agreeOn(
        filled(Shape.of(4, 4)),
        p -> {
          Tensor bias = p.slice(0, 0, 1).reshape(Shape.of(4));
          Tensor one = p.affine(p, bias).relu();
          Tensor pre = one.affine(p.sin(), bias);
          Tensor two = pre.relu();
          Tensor sum = one.matmul(two).plus(two);
          Tensor three = Tensor.concat(List.of(sum.tanh(), two.affine(p, bias).relu()), -1);
          Tensor four = three.affine(Tensor.concat(List.of(p, p), -1), bias).exp();
          Tensor five = p.affine(one, bias).sigmoid();
          return four.times(pre).sum().plus(three.square().sum()).plus(five.times(five).sum());
        });
  }

  /** Blocks that see parts of an input, and a sum into a part that is read twice. */
  @Test
  void sumsIntoPartsAgree() {
    agreeOn(
        filled(Shape.of(4, 6)),
        p -> {
          Tensor bias = p.slice(0, 0, 1).slice(1, 0, 4).reshape(Shape.of(4));
          Tensor x = p.sin().plus(p);
          Tensor one = x.slice(1, 0, 2).affine(p.slice(1, 0, 2), bias).relu();
          Tensor two = x.slice(1, 0, 5).affine(p.slice(1, 1, 6), bias).relu();
          Tensor three = x.affine(p, bias).relu();
          Tensor all = Tensor.concat(List.of(one, two, three), -1);
          Tensor own = x.slice(0, 1, 3).exp();
          return all.square().sum().plus(own.sum()).plus(all.matmulTransposed(all).cos().sum());
        });
  }

  /** Units that are read whole, in part and alone, and one that is joined in two places. */
  @Test
  void unitsOfAWideLayerAgree() {
    agreeOn(
        filled(Shape.of(4, 6)),
        p -> {
          Tensor one = p.matmulTransposed(p).maximum(0);
          Tensor two = p.slice(0, 0, 4).times(p.exp()).tanh();
          Tensor all = Tensor.concat(List.of(one, two, one), -1);
          Tensor other = Tensor.concat(List.of(two, p), -1);
          Tensor more = all.slice(-1, 2, 12).matmulTransposed(other.slice(-1, 1, 11)).maximum(0);
          return more.square().sum().plus(one.sum()).plus(all.sigmoid().sum());
        });
  }

  /** Products added to parts of others in place, where parts lie apart, overlap, or are read on. */
  @Test
  void productsAddedToPartsOfProductsAgree() {
    agreeOn(
        filled(Shape.of(4, 6)),
        p -> {
          Tensor apart = p.matmulTransposed(p);
          Tensor left = apart.slice(-1, 0, 2).plus(p.matmul(p.transpose().slice(-1, 1, 3)));
          Tensor right = apart.slice(-1, 2, 4).exp();
          Tensor over = p.matmulTransposed(p.sin());
          Tensor low = over.slice(-1, 0, 3).plus(p.matmul(p.transpose().slice(-1, 0, 3)));
          Tensor high = over.slice(-1, 2, 4).square();
          Tensor read = p.matmulTransposed(p.cos());
          Tensor part = read.slice(-1, 0, 2).plus(left.matmul(left.slice(0, 0, 2)));
          Tensor sums = left.sum().plus(right.sum()).plus(low.square().sum()).plus(high.sum());
          return sums.plus(part.square().sum()).plus(read.tanh().sum());
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void randomProgramsAgree(int number) {
    ParamStore store = RandomProgram.store(number);
    agree(
        store, noise -> PrimitiveContractTest.weighted(RandomProgram.values(number, store, noise)));
  }

  @Test
  void outputsThatAreLeavesJoinedOrUsedTwiceAgree() {
    ParamStore store = new ParamStore(Seed.of(1));
    Param a = store.scope("a").param("a", Shape.of(3), Init.constant(0.4));
    Param b = store.scope("b").param("b", Shape.of(3), Init.constant(-0.3));
    Param c = store.scope("c").param("c", Shape.of(6), Init.constant(0.2));
    Param unused = store.scope("d").param("d", Shape.of(2, 2), Init.constant(1));
    agree(
        store,
        seed -> {
          Tensor sum = a.value().plus(b.value());
          Tensor halves = Tensor.concat(List.of(sum, c.value().slice(0, 3, 6)), 0);
          return halves.plus(c.value()).square().sum().plus(unused.value().stopGradient().sum());
        });
  }

  /** An output, and a part of a joined one, that is a comparison. */
  @Test
  void comparisonsAreWrittenAsNumbers() {
    ParamStore store = store(Shape.of(2), new double[] {0.3, -0.2});
    TorchSource source = source();
    try {
      TorchResidence place = new TorchResidence(source, store.size());
      ScriptProgram program =
          new ScriptProgram(
              Recorder.record(
                  store,
                  r -> {
                    Tensor p = store.params().get(0).value();
                    Tensor joined = Tensor.concat(List.of(p.greaterThan(0), p.square()), 0);
                    return List.of(p.lessThan(0), joined);
                  }),
              place,
              Precision.FLOAT64);
      place.values().write(store.values());
      double[] got = new double[6];
      program.run(ROOT, 0).read(got);
      assertThat(got).containsExactly(new double[] {1, 0, 0.09, 0.04, 0, 1}, within(1e-15));
    } finally {
      source.close();
    }
  }

  @Test
  void noiseIsThatOfTheKeyInEveryRun() {
    Shape shape = Shape.of(3, 2);
    ParamStore store = filled(shape);
    Param p = store.params().get(0);
    agree(
        store, seed -> p.value().times(Arena.current().normal(seed.fold("z"), shape)).exp().sum());
  }

  @Test
  void otherDataOfOneStructureAreBound() {
    ParamStore store = store(Shape.of(2), new double[] {0.3, -0.2});
    Param p = store.params().get(0);
    TorchSource source = source();
    try {
      TorchResidence place = new TorchResidence(source, store.size());
      ScriptProgram program =
          new ScriptProgram(
              Recorder.recordGradient(store, r -> loss(p, 1, 2)), place, Precision.FLOAT64);
      place.values().write(store.values());
      assertThat(program.run(ROOT, 0).last()).isCloseTo(-0.1, within(1e-14));
      program.bind(Recorder.record(store, r -> List.of(loss(p, 3, 4))));
      Script script = program.run(ROOT, 0);
      double[] gradient = new double[2];
      script.read(gradient);
      assertThat(script.last()).isCloseTo(0.1, within(1e-14));
      assertThat(gradient).containsExactly(3, 4);
    } finally {
      source.close();
    }
  }

  /** p·p under the assumption that its first number is small, at a limit that may change. */
  private static final class Small implements Assumption {
    private double limit = 0.5;
    private final List<Double> asked = new ArrayList<>();

    @Override
    public boolean holds(double value) {
      asked.add(value);
      return value <= limit;
    }

    @Override
    public boolean stands() {
      return limit == 0.5;
    }

    @Override
    public String toString() {
      return "p is small";
    }

    Tensor loss(Param p) {
      assertThat(Arena.current().holds(p.value().at(0, 0), this)).isTrue();
      return p.value().square().sum();
    }
  }

  @Test
  void assumptionsAreAskedInEveryRun() {
    ParamStore store = store(Shape.of(2), new double[] {0.3, -0.2});
    Param p = store.params().get(0);
    Small small = new Small();
    TorchSource source = source();
    try {
      TorchResidence place = new TorchResidence(source, store.size());
      ScriptProgram program =
          new ScriptProgram(
              Recorder.recordChecked(store, r -> small.loss(p)), place, Precision.FLOAT64);
      assertThat(small.asked).isEmpty();
      assertThat(program.gradient(store, ROOT, 0)).isCloseTo(0.13, within(1e-14));
      assertThat(program.holds()).isTrue();
      double[] gradient = new double[2];
      place.readGradient(gradient);
      assertThat(gradient).containsExactly(0.6, -0.4);
      assertThat(place.gradientNorm()).isCloseTo(Math.sqrt(0.52), within(1e-14));
      place.values().write(new double[] {0.7, 0});
      program.gradient(store, ROOT, 0);
      assertThat(program.holds()).isFalse();
      assertThat(small.asked).containsExactly(0.3, 0.7);
      assertThat(program.stands()).isTrue();
      small.limit = 1;
      assertThat(program.stands()).isFalse();
    } finally {
      source.close();
    }
  }

  @Test
  void codeUnderAnAssumptionIsNotRecordedWhereNobodyAsks() {
    ParamStore store = store(Shape.of(2), new double[] {0.3, -0.2});
    Param p = store.params().get(0);
    for (Supplier<Recording> recording :
        List.<Supplier<Recording>>of(
            () -> Recorder.recordGradient(store, r -> new Small().loss(p)),
            () -> Recorder.record(store, r -> List.of(new Small().loss(p))))) {
      assertThatThrownBy(recording::get)
          .isInstanceOf(RecordingException.class)
          .hasMessage(
              "The code holds under an assumption alone (p is small), and this recording would not"
                  + " ask whether it does.");
    }
  }

  private static Tensor loss(Param p, double... data) {
    return p.value().times(Arena.current().tensor(data, Shape.of(data.length))).sum();
  }

  private static TorchSource source() {
    return new TorchSource(SessionSettings.of(1).withBackend(Backend.TORCH));
  }

  private static ParamStore store(Shape shape, double[] values) {
    ParamStore store = new ParamStore(Seed.of(1));
    store.scope("x").param("x", shape, Init.constant(0)).set(values);
    return store;
  }

  private static ParamStore filled(Shape shape) {
    double[] values = Noise.NORMAL.draw(Seed.of(8), shape);
    return store(shape, values);
  }

  private static void agreeOn(ParamStore store, UnaryOperator<Tensor> loss) {
    agree(store, seed -> loss.apply(store.params().get(0).value()));
  }

  private static void agree(ParamStore store, Function<Seed, Tensor> loss) {
    double[] expected = new double[store.size()];
    double[] value = new double[1];
    try (Session session = Session.open(1)) {
      value[0] =
          session.compute(a -> Tape.gradient(store, expected, () -> loss.apply(ROOT.fold(7))));
    }
    TorchSource source = source();
    try {
      TorchResidence place = new TorchResidence(source, store.size());
      ScriptProgram program =
          new ScriptProgram(
              Recorder.recordGradient(store, r -> loss.apply(r.seed())), place, Precision.FLOAT64);
      place.values().write(store.values());
      // More than once: the first runs are those that libtorch learns from.
      for (int run = 0; run < 3; run++) {
        program.run(ROOT, 3);
        Script script = program.run(ROOT, 7);
        double[] got = new double[store.size()];
        script.read(got);
        close("loss", script.last(), value[0]);
        for (int i = 0; i < got.length; i++) {
          close("gradient " + i, got[i], expected[i]);
        }
      }
    } finally {
      source.close();
    }
  }

  private static void close(String what, double got, double expected) {
    assertThat(got).as(what).isCloseTo(expected, within(AGREEMENT * (1 + Math.abs(expected))));
  }
}
