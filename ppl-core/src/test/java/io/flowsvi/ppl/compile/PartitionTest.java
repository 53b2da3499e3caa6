package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static final int PARTICLES = 20;

  /** Parts of a step that multiplies each particle by a matrix of data. */
  private static int parts(int n) {
    ParamStore store = new ParamStore(Seed.of(1));
    Param shift = store.scope("p").param("shift", Shape.of(n), Init.normal(1));
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      matrix[i * n + i] = 1;
    }
    return Partition.parts(
        Recorder.recordGradient(store, r -> loss(r, shift, matrix, PARTICLES)),
        PARTICLES,
        count -> Recorder.record(store, r -> List.of(loss(r, shift, matrix, count))),
        store.values());
  }

  private static Tensor loss(Recorder recorder, Param shift, double[] matrix, int particles) {
    int n = shift.shape().size();
    Tensor z = Arena.current().normal(recorder.seed(), Shape.of(particles, n)).plus(shift.value());
    Tensor m = Arena.current().fixed(matrix, Shape.of(n, n));
    return z.matmul(m).square().sum(-1).mean();
  }

  /** Each part would read the matrix anew: 2 MB stay in a core's own cache, more do not. */
  @Test
  void largeMatricesOfDataKeepParticlesTogether() {
    assertThat(parts(500)).isGreaterThan(2);
    assertThat(parts(520)).isLessThan(parts(500));
  }
}
