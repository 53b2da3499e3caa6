package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import org.junit.jupiter.api.Test;

class StageTest {
  private static Stage.Loop loop(int size) {
    return new Stage.Loop(new int[] {size}, Operations.of(Width.DOUBLE));
  }

  /** The layers of a flow are one method, which HotSpot compiles for the turns of all of them. */
  @Test
  void loopsOfOneFormCountTogether() {
    assertThat(loop(100).pays(1)).isEqualTo(VectorUnit.pay(100));
    assertThat(loop(100).pays(5)).isEqualTo(VectorUnit.pay(500));
    assertThat(loop(100).form()).isEqualTo(loop(100).form()).isNotEqualTo(loop(200).form());
  }

  /** Less than a few vectors do not pay, however often. */
  @Test
  void shortLoopsStaySingleNumbers() {
    assertThat(loop(3).pays(10_000)).isEqualTo(VectorUnit.pay(3));
  }
}
