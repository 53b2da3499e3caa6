package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SingleMemoryTest {
  private static final int SIZE = 5;

  private static Program program(ParamStore store, Function<Tensor, Tensor> loss, Param param) {
    return new Program(
        Recorder.recordGradient(store, r -> loss.apply(param.value())), Precision.FLOAT32);
  }

  private final ParamStore store = new ParamStore(Seed.of(1));
  private final Param x = store.scope("p").param("x", Shape.of(SIZE), Init.of(1, 2, 3, 4, 5));
  private final Program whole = program(store, v -> v.square().sum(), x);
  private final Program part = program(store, v -> v.slice(0, 1, 3).square().sum(), x);
  private final SingleMemory memory = new SingleMemory(SIZE);

  @BeforeEach
  void settle() {
    store.settle(memory);
    store.lend();
  }

  /** Programs of one fit share the gradient's array; what one leaves out is not another's. */
  @Test
  void programsLeaveEachOtherNothing() {
    double[] gradient = new double[SIZE];
    for (int round = 0; round < 2; round++) {
      whole.run(memory, Seed.of(2), round);
      memory.readGradient(gradient);
      assertThat(gradient).containsExactly(2, 4, 6, 8, 10);
      part.run(memory, Seed.of(2), round);
      memory.readGradient(gradient);
      assertThat(gradient).containsExactly(0, 4, 6, 0, 0);
      assertThat(part.output(0)[0]).isEqualTo(13);
      assertThat(memory.gradientNorm()).isCloseTo(Math.sqrt(52), within(1e-6));
    }
  }

  /** Parts write to arrays of their own; what one program leaves out is not another's there. */
  @Test
  void partsAddTheirGradientsHere() {
    Crew crew = new Crew(2);
    double[] gradient = new double[SIZE];
    for (int round = 0; round < 2; round++) {
      assertThat(crew.run(whole, 4, 1, memory, Seed.of(2), round)).isEqualTo(55);
      memory.readGradient(gradient);
      assertThat(gradient).containsExactly(2, 4, 6, 8, 10);
      assertThat(crew.run(part, 4, 1, memory, Seed.of(2), round)).isEqualTo(13);
      memory.readGradient(gradient);
      assertThat(gradient).containsExactly(0, 4, 6, 0, 0);
    }
  }

  /** Java reads what Adam did there, and writes what the next step takes. */
  @Test
  void javaSeesWhatMoves() {
    ParamStore pairStore = new ParamStore(Seed.of(1));
    Param pair = pairStore.scope("p").param("x", Shape.of(2), Init.of(1, -1));
    Program program = program(pairStore, v -> v.square().sum(), pair);
    SingleMemory pairMemory = new SingleMemory(2);
    pairStore.settle(pairMemory);
    pairStore.lend();
    program.run(pairMemory, Seed.of(2), 0);
    try (Session session = Session.open(1)) {
      pairStore.giveAway();
      pairMemory.adam(session, new ParameterMemory.Adam(0.9, 0.999, 1e-8, 0.5), 0.1, 1, 1);
    }
    // The first step is the rate along the gradient's sign, and the decay.
    double[] moved = pairStore.values();
    assertThat(moved[0]).isCloseTo(0.85, within(1e-6));
    assertThat(moved[1]).isCloseTo(-0.85, within(1e-6));
    moved[0] = 3;
    pairStore.lend();
    program.run(pairMemory, Seed.of(2), 1);
    assertThat(program.output(0)[0]).isCloseTo(9 + 0.85 * 0.85, within(1e-5));
  }
}
