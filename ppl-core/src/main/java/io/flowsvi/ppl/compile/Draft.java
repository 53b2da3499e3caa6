package io.flowsvi.ppl.compile;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A loop written to see what it needs.
 *
 * @param code equal for loops that differ in the arrays and places they are given alone
 * @param numbers the constants it begins with
 * @param places what it is given
 */
record Draft(ByteBuffer code, List<Double> numbers, int[] places) {
  /** What a method is known by. */
  List<Object> key() {
    return List.of(code, numbers);
  }
}
