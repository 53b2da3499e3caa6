package io.flowsvi.ppl.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a smaller graph leaves out; that it has the same values is shown by the contracts. */
class SimplifierTest {
  private final ParamStore store = new ParamStore(Seed.of(4));
  private final Param x = store.scope("p").param("x", Shape.of(2, 3), Init.normal(1));

  private String gradient(Function<Tensor, Tensor> loss) {
    Recording recording = Recorder.recordGradient(store, r -> loss.apply(x.value()));
    return Simplifier.simplify(recording.graph(), Simplifier.Style.CALLS).explain();
  }

  /** sinh is the value, and only its argument's exponential the gradient's. */
  @Test
  void ofAnExpressionForItsGradientTheValueIsLeftOut() {
    String graph = gradient(t -> t.sinh().withGradientOf(t.exp().square().times(3)).sum());
    assertThat(graph).contains("SINH").contains("EXP").doesNotContain("SQUARE");
  }

  @Test
  void differencesOfEqualsStayWhereNoGradientIsStopped() {
    assertThat(gradient(t -> t.exp().minus(t.exp()).plus(t.tanh()).sum())).contains("MINUS");
  }

  /** A weight's gradient at one particle: element-wise, so that it joins the loops around it. */
  @Test
  void aColumnTimesARowIsNoProductOfMatrices() {
    Recording recording =
        Recorder.record(
            store,
            r -> List.of(x.value().slice(0, 0, 1).transposedMatmul(x.value().slice(0, 1, 2))));
    assertThat(Simplifier.simplify(recording.graph()).explain())
        .contains("TIMES")
        .doesNotContain("Matmul");
  }
}
