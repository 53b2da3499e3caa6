package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private final Batches<int[]> batches = Batches.shuffled(10, 4, Seed.of(5), ids -> ids);

  @Test
  void anEpochHoldsEveryRowOnce() {
    for (int epoch = 0; epoch < 3; epoch++) {
      int first = 3 * epoch;
      int[] rows =
          IntStream.range(first, first + 3)
              .mapToObj(batches::batch)
              .flatMapToInt(Arrays::stream)
              .sorted()
              .toArray();
      assertThat(rows).isEqualTo(IntStream.range(0, 10).toArray());
    }
    assertThat(batches.perEpoch()).isEqualTo(3);
    assertThat(batches.batch(2)).hasSize(2);
  }

  @Test
  void aStepsBatchIsTheSameWheneverAskedFor() {
    int[] seventh = batches.batch(7);
    batches.batch(1);
    assertThat(batches.batch(7)).isEqualTo(seventh);
  }

  @Test
  void ordersDifferBetweenEpochs() {
    assertThat(batches.batch(0)).isNotEqualTo(batches.batch(3));
  }

  @Test
  void fullGivesTheSameDataEveryStep() {
    String data = "all";
    assertThat(Batches.full(data).batch(99)).isSameAs(data);
    assertThat(Batches.full(data).perEpoch()).isEqualTo(1);
  }

  @Test
  void refusesBatchesLargerThanTheData() {
    assertThatThrownBy(() -> Batches.shuffled(3, 4, Seed.of(1), ids -> ids))
        .hasMessageContaining("Batches of 4 rows out of 3");
  }
}
