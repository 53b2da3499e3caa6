package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Operations that are no loops, over floats. */
class CallsTest {
  /** Sums of tens of numbers around 1, and their gradients. */
  private static final double TOLERANCE = 1e-4;

  private final ParamStore store = new ParamStore(Seed.of(7));
  private final Param a = store.scope("p").param("a", Shape.of(3, 20, 20), Init.normal(0.2));
  private final Param b = store.scope("p").param("b", Shape.of(20, 20), Init.normal(0.2));

  private void agrees(Supplier<Tensor> body) {
    agrees(Recorder.recordGradient(store, r -> body.get().square().sum()));
    agrees(Recorder.record(store, r -> List.of(body.get())));
  }

  private void agrees(Recording recording) {
    Program wide = new Program(recording);
    Program narrow = new Program(recording, Precision.FLOAT32);
    double[] expected = new double[wide.size()];
    double[] got = new double[narrow.size()];
    for (int run = 0; run < 2; run++) {
      wide.run(store.values(), Seed.of(1));
      narrow.run(store.values(), Seed.of(1));
      wide.outputs(expected);
      narrow.outputs(got);
      double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertThat(got).containsExactly(expected, within(TOLERANCE * most));
      assertThat(got).isNotEqualTo(expected);
    }
  }

  private static Tensor data(int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[shape.size()];
    Arrays.setAll(values, i -> Math.sin(3 * i + 1));
    return Arena.current().fixed(values, shape);
  }

  private static Tensor lower() {
    double[] mask = new double[400];
    Arrays.setAll(mask, i -> i % 20 <= i / 20 ? 1 : 0);
    return Arena.current().fixed(mask, Shape.of(20, 20));
  }

  private static Tensor index(int count, int size) {
    int[] index = new int[count];
    Arrays.setAll(index, i -> i * 7 % size);
    return Arena.current().index(index, Shape.of(count));
  }

  @Test
  void productsOfBatches() {
    agrees(() -> a.value().matmul(b.value()));
    agrees(() -> b.value().matmulTransposed(a.value()));
    agrees(() -> a.value().matmul(data(2, 1, 20, 5)));
    agrees(() -> data(1, 20, 20).matmul(a.value().tanh()));
  }

  @Test
  void maskedProducts() {
    agrees(() -> data(30, 20).matmulTransposed(b.value().times(lower())));
    agrees(() -> data(4, 20).matmul(b.value().times(lower())).tanh());
  }

  @Test
  void rowsByAnIndex() {
    agrees(() -> b.value().gather(1, index(30, 20)));
    agrees(() -> a.value().gather(0, index(10, 3)).times(2));
    agrees(() -> b.value().scatterAdd(0, index(20, 9), 11));
  }

  @Test
  void triangularSystems() {
    agrees(() -> triangle().solveLower(data(20, 1)));
    agrees(() -> triangle().solveLowerTransposed(data(6, 20, 1)));
  }

  /** Of the plain engine, on floats that were widened. */
  @Test
  void factors() {
    agrees(() -> positive().cholesky());
    agrees(() -> positive().inverse().plus(positive().logAbsDet()));
    agrees(() -> triangle().solveLower(data(20, 3)));
    agrees(() -> b.value().cumulativeSum(0));
  }

  private Tensor triangle() {
    return b.value().times(lower()).plus(data(20).square().plus(2).diagonalMatrix());
  }

  private Tensor positive() {
    return b.value().matmulTransposed(b.value()).plus(data(20).square().plus(2).diagonalMatrix());
  }

  @Test
  void anIndexThatFloatsDoNotHaveIsRefused() {
    int size = (1 << 24) + 1;
    Recording recording =
        Recorder.record(
            store, r -> List.of(b.value().slice(1, 0, 0).scatterAdd(0, index(20, 20), size)));
    assertThatThrownBy(() -> new Program(recording, Precision.FLOAT32))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("axis of size 16777217")
        .hasMessageContaining("FLOAT64");
  }
}
