package io.flowsvi.ppl.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is joined again and again is joined once; its numbers are shown by TorchScriptTest. */
class JoinsTest {
  private final ParamStore store = new ParamStore(Seed.of(4));
  private final Param x = store.scope("p").param("x", Shape.of(2, 3), Init.normal(1));

  private Graph graph(Function<Tensor, List<Tensor>> body) {
    return Joins.once(Recorder.record(store, r -> body.apply(x.value())).graph());
  }

  private static Tensor join(Tensor a, Tensor b) {
    return Tensor.concat(List.of(a, b), -1);
  }

  private static long count(Graph graph, String word) {
    return graph.explain().lines().filter(line -> line.contains(word)).count();
  }

  @Test
  void growingListsAreJoinedOnce() {
    Graph graph =
        graph(
            t -> {
              Tensor a = t.exp();
              Tensor b = t.tanh();
              Tensor c = t.square();
              Tensor two = join(a, b);
              Tensor three = join(two, c);
              return List.of(two.sum(), three.sum(), join(three, t).sum());
            });
    assertThat(count(graph, "Concat")).isEqualTo(1);
    assertThat(count(graph, "Slice")).isEqualTo(2);
    assertThat(graph.explain()).contains("(2, 12)").contains("(2, 9)").contains("(2, 6)");
  }

  /** A part that is computed from what is joined before it can only be joined afterwards. */
  @Test
  void listsThatFeedThemselvesStay() {
    Graph graph =
        graph(
            t -> {
              Tensor two = join(t.exp(), t);
              return List.of(join(two, two.tanh()).sum());
            });
    assertThat(count(graph, "Concat")).isEqualTo(2);
    assertThat(count(graph, "Slice")).isZero();
  }
}
