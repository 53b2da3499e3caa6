package io.flowsvi.ppl.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ColumnSumsTest {
  private final ParamStore store = new ParamStore(Seed.of(1));
  private final Param x = store.scope("p").param("x", Shape.of(7, 20), Init.normal(1));
  private final Param w = store.scope("p").param("w", Shape.of(9, 20), Init.normal(1));
  private final Param b = store.scope("p").param("b", Shape.of(9), Init.normal(1));

  private Tensor layer() {
    return x.value().matmulTransposed(w.value()).plus(b.value()).tanh();
  }

  private Graph graph(Supplier<Tensor> loss) {
    return ColumnSums.asProducts(
        Simplifier.simplify(Recorder.recordGradient(store, r -> loss.get()).graph()));
  }

  /** The gradient of a bias is a sum of rows that a product reads for that of the weights. */
  @Test
  void gradientsOfBiasesAreProducts() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    assertThat(graph(() -> layer().square().sum()).explain())
        .containsPattern("\\(1, 9\\) +Matmul")
        .doesNotContain("Sum[axes=1]");
  }

  /** What only the sum reads need not be stored for a product. */
  @Test
  void otherSumsStayLoops() {
    Supplier<Tensor> loss = () -> x.value().times(x.value().tanh()).sum(0).square().sum();
    assertThat(graph(loss).explain()).contains("Sum[axes=1]").doesNotContain("Matmul");
  }

  @Test
  void sumsAgreeWithTheEagerEngine() {
    CompiledAgreement.holds(store, seed -> layer());
    CompiledAgreement.holds(store, seed -> layer().matmul(w.value()).sum(0));
  }
}
