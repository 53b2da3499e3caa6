package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private final ParamStore store = new ParamStore(Seed.of(1));
  private final Param x = store.scope("p").param("x", Shape.of(3, 4), Init.normal(1));

  private static Tensor longChain(Tensor start, int length) {
    Tensor y = start;
    for (int i = 0; i < length; i++) {
      Tensor condition = y.lessThan(0.1 * i);
      y = condition.select(y.sin(), y.plus(start).times(0.5)).plus(start.slice(1, 0, 1));
    }
    return y;
  }

  /**
   * HotSpot leaves methods above 8,000 bytes to the interpreter, and compiles long ones over
   * vectors late. A small loop runs over single numbers and has more room than one over vectors,
   * though operations are counted as over vectors where there are any.
   */
  @Test
  void methodsStaySmallEnoughForHotSpot() {
    Program program =
        new Program(Recorder.recordGradient(store, r -> longChain(x.value(), 600).sum()));
    if (VectorUnit.pay(12)) {
      assertThat(program.largestMethod()).isBetween(500, 3_000);
    } else {
      assertThat(program.largestMethod()).isBetween(VectorUnit.isPresent() ? 1_500 : 2_000, 7_999);
    }
    CompiledAgreement.holds(store, seed -> longChain(x.value(), 600));
  }

  /**
   * Rows shorter than a vector, which loops keep with the first axis innermost, met in all ways.
   */
  private static Tensor shortRows(Tensor x) {
    Tensor z = x.tanh();
    Tensor dot = z.times(x).sum(-1).reshape(Shape.of(40, 1));
    Tensor moved = z.plus(dot.tanh().times(z.slice(1, 0, 1)));
    Tensor joined = Tensor.concat(List.of(moved.slice(1, 1, 3), z.exp().slice(1, 0, 1)), 1);
    Tensor columns = joined.transpose();
    Tensor square = columns.exp().matmul(joined.square());
    return columns
        .sin()
        .plus(joined.abs().reshape(Shape.of(3, 40)))
        .plus(square.sum(-1).reshape(Shape.of(3, 1)));
  }

  @Test
  void shortRowsAgreeWithTheEagerEngine() {
    ParamStore own = new ParamStore(Seed.of(2));
    Param rows = own.scope("p").param("rows", Shape.of(40, 3), Init.normal(1));
    CompiledAgreement.holds(own, seed -> shortRows(rows.value()));
  }

  /** Results of one product are needed until the next: two arrays for a hundred of them. */
  @Test
  void resultsThatAreNoLongerNeededGiveTheirArraysAway() {
    ParamStore own = new ParamStore(Seed.of(3));
    Param square = own.scope("p").param("square", Shape.of(6, 6), Init.normal(0.3));
    UnaryOperator<Tensor> powers =
        x -> {
          Tensor y = x;
          for (int i = 0; i < 100; i++) {
            y = y.matmul(x).tanh();
          }
          return y;
        };
    Slots slots =
        new Program(Recorder.record(own, r -> List.of(powers.apply(square.value())))).slots();
    assertThat(slots.sizeApart()).isGreaterThan(200 * 36);
    assertThat(slots.size()).isLessThanOrEqualTo(4 * 36);
    CompiledAgreement.holds(own, seed -> powers.apply(square.value()));
  }

  /** Copies share code and data, and nothing else. */
  @Test
  void copiesHaveTheirOwnArrays() {
    double[] ones = {1, 1, 1, 1};
    Program program =
        new Program(
            Recorder.record(
                store,
                r ->
                    List.of(
                        scaled(new double[] {2, 3, 4, 5})
                            .plus(Arena.current().normal(r.seed(), Shape.of(3, 4))))));
    Program copy = program.copy();
    program.run(store.values(), Seed.of(1), 5);
    double[] first = program.output(0).clone();
    copy.run(store.values(), Seed.of(1), 6);
    assertThat(program.output(0)).isEqualTo(first);
    copy.run(store.values(), Seed.of(1), 5);
    assertThat(copy.output(0)).isEqualTo(first).isNotSameAs(program.output(0));
    program.bind(
        Recorder.record(
            store,
            r -> List.of(scaled(ones).plus(Arena.current().normal(r.seed(), Shape.of(3, 4))))));
    program.run(store.values(), Seed.of(1), 5);
    copy.follow(program);
    copy.run(store.values(), Seed.of(1), 5);
    assertThat(copy.output(0)).isEqualTo(program.output(0)).isNotEqualTo(first);
  }

  /** Of loops, products, other calls, twice the same, a parameter itself, and data. */
  @Test
  void outputsLieOneBehindAnother() {
    Program program =
        new Program(
            Recorder.record(
                store,
                r -> {
                  Tensor y = x.value().exp();
                  Tensor square = y.matmulTransposed(x.value());
                  Tensor sums = y.cumulativeSum(1);
                  Tensor data = Arena.current().tensor(new double[] {5, 6}, Shape.of(2));
                  return List.of(
                      y.sum(), y, square, sums, y, x.value(), data, sums.plus(y).sum(0), y.sum());
                }));
    program.run(store.values(), Seed.of(1));
    program.run(store.values(), Seed.of(1));
    double[] all = new double[program.size()];
    program.outputs(all);
    double[] values = Arrays.copyOf(store.values(), 12);
    double[] y = Arrays.stream(values).map(Math::exp).toArray();
    assertThat(all).hasSize(1 + 12 + 9 + 12 + 12 + 12 + 2 + 4 + 1);
    assertThat(all[0]).isCloseTo(Arrays.stream(y).sum(), within(1e-12));
    assertThat(Arrays.copyOfRange(all, 1, 13)).containsExactly(y, within(1e-12));
    assertThat(all[13]).isCloseTo(dot(y, values, 4), within(1e-12));
    assertThat(all[25]).isCloseTo(y[0] + y[1] + y[2] + y[3], within(1e-12));
    assertThat(Arrays.copyOfRange(all, 34, 46)).containsExactly(y, within(1e-12));
    assertThat(Arrays.copyOfRange(all, 46, 58)).containsExactly(values);
    assertThat(program.output(5)).containsExactly(values);
    assertThat(program.output(6)).containsExactly(5, 6);
    assertThat(all[60]).isCloseTo(2 * (y[0] + y[4] + y[8]), within(1e-12));
    assertThat(program.output(8)[0]).isEqualTo(all[0]);
    assertThat(program.others()).containsExactly(Arrays.copyOfRange(all, 1, all.length));
  }

  private static double dot(double[] a, double[] b, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Rising runs, the same index many times, single ones: as triangles are placed. */
  @Test
  void indicesInRunsAgreeWithTheEagerEngine() {
    ParamStore own = new ParamStore(Seed.of(4));
    Param rows = own.scope("p").param("rows", Shape.of(3, 40), Init.normal(1));
    int[] index = new int[150];
    for (int k = 0; k < 150; k++) {
      index[k] = k < 40 ? k : k < 70 ? 7 : k < 72 ? 39 - k / 71 : k < 100 ? k - 65 : 0;
    }
    CompiledAgreement.holds(
        own, seed -> rows.value().gather(1, Arena.current().index(index, Shape.of(150))).sin());
    CompiledAgreement.holds(
        own,
        seed -> {
          Tensor wide = rows.value().gather(1, Arena.current().index(index, Shape.of(150)));
          return wide.exp().scatterAdd(1, Arena.current().index(index, Shape.of(150)), 41);
        });
  }

  @Test
  void tooManyOperationsAreRefused() {
    assertThatThrownBy(
            () ->
                new Program(
                    Recorder.recordGradient(store, r -> longChain(x.value(), 12_000).sum())))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("operations; up to 60000 are compiled")
        .hasMessageContaining("not Java loops");
  }

  /** What depends on data alone is not among the operations of a run. */
  @Test
  void dataCanBeReplaced() {
    double[] first = {1, 2, 3, 4};
    double[] second = {5, 6, 7, 9};
    Program program = new Program(Recorder.record(store, r -> List.of(scaled(first))));
    program.run(store.values(), Seed.of(1));
    double before = program.output(0)[0];
    program.bind(Recorder.record(store, r -> List.of(scaled(second))));
    program.run(store.values(), Seed.of(1));
    double ratio = Math.log(5) / Math.log(2);
    assertThat(before).isZero();
    program.bind(Recorder.record(store, r -> List.of(scaled(new double[] {2, 2, 3, 4}))));
    double five = program.output(0)[0];
    program.run(store.values(), Seed.of(1));
    assertThat(five / program.output(0)[0]).isCloseTo(ratio, within(1e-12));
  }

  private Tensor scaled(double[] data) {
    return x.value().times(Arena.current().tensor(data, Shape.of(4)).log());
  }

  @Test
  void theGraphPrintsReadably() {
    Program program =
        new Program(Recorder.recordGradient(store, r -> x.value().exp().plus(0).sum()));
    assertThat(program.graph().explain())
        .contains("parameters from 0")
        .contains("EXP of %")
        .contains("outputs [")
        .doesNotContain("PLUS");
    assertThat(program.graph().dot()).startsWith("digraph step {").contains("->").endsWith("}\n");
  }
}
