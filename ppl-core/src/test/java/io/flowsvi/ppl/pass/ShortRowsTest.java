package io.flowsvi.ppl.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.plain.Kernels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShortRowsTest {
  private final ParamStore store = new ParamStore(Seed.of(1));
  private final Param z = store.scope("p").param("z", Shape.of(70, 2), Init.normal(1));
  private final Param w = store.scope("p").param("w", Shape.of(2), Init.normal(1));
  private final Param wide = store.scope("p").param("wide", Shape.of(70, 5), Init.normal(1));

  /** Two planar layers, and everything else that a short row can meet. */
  private Tensor body() {
    Tensor x = z.value();
    for (int layer = 0; layer < 2; layer++) {
      Tensor h = w.value().dot(x, -1).unsqueeze(-1).tanh();
      x = x.plus(h.times(w.value()).times(0.3));
    }
    Tensor joined = Tensor.concat(List.of(x.at(-1, 1).unsqueeze(-1), x.slice(1, 0, 1)), 1);
    Tensor cubes = x.reshape(Shape.of(7, 10, 2)).square().sum(0).sum(-1);
    Tensor product = x.sin().transpose().matmul(joined);
    return joined.exp().sum().plus(cubes.sum()).plus(product.square().sum()).plus(padded(x));
  }

  private Tensor padded(Tensor x) {
    Tensor sums = x.cos().sum(0).times(w.value());
    Tensor zeros = x.slice(1, 1, 2).pad(1, 1, 0).plus(x.sigmoid());
    return zeros.times(sums).sum().plus(wide.value().exp().sum());
  }

  /** The values of the outputs, node by node. */
  private double[][] values(Graph graph) {
    Map<Node, double[]> known = new HashMap<>();
    for (Node node : graph.nodes()) {
      double[] result;
      if (node.kind() instanceof Node.Constant c) {
        result = new double[] {c.value()};
      } else if (node.kind() instanceof Node.Parameter p) {
        result = Arrays.copyOfRange(store.values(), p.offset(), p.offset() + node.shape().size());
      } else {
        double[][] in = node.inputs().stream().map(known::get).toArray(double[][]::new);
        Shape[] shapes = node.inputs().stream().map(Node::shape).toArray(Shape[]::new);
        result = Kernels.run(((Node.Operation) node.kind()).primitive(), node.shape(), in, shapes);
      }
      known.put(node, result);
    }
    return graph.outputs().stream().map(known::get).toArray(double[][]::new);
  }

  @Test
  void hasTheSameValuesAndGradients() {
    Graph graph = Simplifier.simplify(Recorder.recordGradient(store, r -> body()).graph());
    Graph split = ShortRows.split(graph);
    double[][] expected = values(graph);
    double[][] columns = values(split);
    double[][] simpler = values(Simplifier.simplify(split));
    for (int i = 0; i < expected.length; i++) {
      assertThat(columns[i]).as("output %d", i).containsExactly(expected[i], within(1e-11));
      assertThat(simpler[i]).as("output %d", i).containsExactly(expected[i], within(1e-11));
    }
  }

  @Test
  void leavesElementwiseOperationsOnColumnsOnly() {
    Graph graph = Simplifier.simplify(Recorder.recordGradient(store, r -> body()).graph());
    Graph split = ShortRows.split(graph);
    assertThat(graph.explain()).containsPattern("\\(70, 2\\) +TANH|\\(70, 2\\) +TIMES");
    assertThat(split.explain()).doesNotContainPattern("\\(70, 2\\) +(TIMES|PLUS|EXP|SIN)");
  }

  @Test
  void leavesLongRowsAndFewRowsAlone() {
    Graph graph = Recorder.record(store, r -> List.of(wide.value().exp(), w.value().exp())).graph();
    assertThat(ShortRows.split(graph)).isSameAs(graph);
  }
}
