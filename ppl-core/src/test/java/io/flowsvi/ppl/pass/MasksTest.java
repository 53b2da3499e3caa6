package io.flowsvi.ppl.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MasksTest {
  private final ParamStore store = new ParamStore(Seed.of(4));
  private final Param x = store.scope("p").param("x", Shape.of(7, 20), Init.normal(1));
  private final Param w = store.scope("p").param("w", Shape.of(80, 20), Init.normal(1));

  private Tensor masked(IntBinaryOperator at) {
    double[] mask = new double[1600];
    Arrays.setAll(mask, i -> at.applyAsInt(i / 20, i % 20));
    return w.value().times(Arena.current().fixed(mask, Shape.of(80, 20)));
  }

  private Tensor layer(IntBinaryOperator at) {
    Tensor h = x.value().matmulTransposed(masked(at)).tanh();
    return h.matmul(masked(at));
  }

  private Graph joined(Supplier<Tensor> loss) {
    return Masks.join(Simplifier.simplify(Recorder.recordGradient(store, r -> loss.get()).graph()));
  }

  /** Forwards, towards X and towards W: no masked matrix is made. */
  @Test
  void noMaskedMatrixIsMade() {
    Graph graph = joined(() -> layer((r, c) -> 2 * c <= r ? 1 : 0).square().sum());
    assertThat(graph.explain())
        .contains("mask on right")
        .contains("mask on result")
        .doesNotContainPattern("\\(80, 20\\) +TIMES");
  }

  /** A masked matrix that something else reads is made once for all. */
  @Test
  void othersMayReadTheMaskedMatrix() {
    Supplier<Tensor> both =
        () -> {
          Tensor masked = masked((r, c) -> 2 * c <= r ? 1 : 0);
          return x.value().matmulTransposed(masked).plus(masked.exp().sum());
        };
    Graph graph = joined(() -> both.get().sum());
    assertThat(graph.explain()).doesNotContain("mask on");
    CompiledAgreement.holds(store, seed -> both.get());
  }

  /** Of one particle the masked matrix costs less than its rows, one by one. */
  @Test
  void productsOfOneRowAreMadeWhole() {
    Param row = store.scope("p").param("row", Shape.of(1, 20), Init.normal(1));
    Supplier<Tensor> layer =
        () -> row.value().matmulTransposed(masked((r, c) -> 2 * c <= r ? 1 : 0));
    assertThat(joined(() -> layer.get().square().sum()).explain()).doesNotContain("mask on");
    CompiledAgreement.holds(store, seed -> layer.get());
  }

  @Test
  void masksOfAllKindsAgreeWithTheEagerEngine() {
    CompiledAgreement.holds(store, seed -> layer((r, c) -> 2 * c <= r ? 1 : 0));
    CompiledAgreement.holds(store, seed -> layer((r, c) -> c < r % 20 ? 1 : 0));
    CompiledAgreement.holds(store, seed -> layer((r, c) -> (r * c + 1) % 3));
    CompiledAgreement.holds(store, seed -> layer((r, c) -> 0));
  }
}
