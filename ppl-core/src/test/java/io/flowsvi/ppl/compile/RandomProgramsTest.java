package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.assertions.RandomProgram;
import io.flowsvi.ppl.tensor.ParamStore;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random programs: what no row of a contract thought of. */
class RandomProgramsTest {
  static IntStream programs() {
    return IntStream.range(0, 30);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void compiledAgrees(int number) {
    ParamStore store = RandomProgram.store(number);
    CompiledAgreement.holds(store, noise -> RandomProgram.values(number, store, noise));
  }
}
