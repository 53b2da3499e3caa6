package io.flowsvi.ppl.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images that a guide and its model both read are one array of a recording. */
class RecordedDataTest {
  private static final Shape SHAPE = Shape.of(2, 2);

  private static Recording twice(float[] pixels, float first, Shape again) {
    return Recorder.record(
        new ParamStore(Seed.of(1)),
        recorder -> {
          Tensor a = Arena.current().tensor(pixels, SHAPE).exp();
          pixels[0] = first;
          return List.of(a, Arena.current().tensor(pixels, again).tanh());
        });
  }

  @Test
  void theSameArrayIsKeptOnce() {
    Recording recording = twice(new float[] {1, 2, 3, 4}, 1, SHAPE);
    assertThat(recording.data()).containsExactly(new double[] {1, 2, 3, 4});
  }

  @Test
  void anArrayThatChangedInBetweenIsAnother() {
    Recording recording = twice(new float[] {1, 2, 3, 4}, 5, SHAPE);
    assertThat(recording.data())
        .containsExactly(new double[] {1, 2, 3, 4}, new double[] {5, 2, 3, 4});
  }

  @Test
  void anotherShapeIsAnotherLeaf() {
    assertThat(twice(new float[] {1, 2, 3, 4}, 1, Shape.of(4)).data()).hasSize(2);
  }
}
