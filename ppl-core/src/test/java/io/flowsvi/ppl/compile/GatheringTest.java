package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Loops over vectors find elements that lie apart, wherever a call of their method begins. */
class GatheringTest {
  /** Two calls and a last vector that begins before the second, for any width. */
  private static final int LONG = 2 * 512 + 3;

  private final ParamStore store = new ParamStore(Seed.of(3));

  private Param param(String name, int... dims) {
    return store.scope("p").param(name, Shape.of(dims), Init.normal(1));
  }

  @Test
  void aLongLoopIsCutAnywhere() {
    Param x = param("x", LONG);
    Param y = param("y", LONG);
    CompiledAgreement.holds(
        store, seed -> x.value().flip(0).times(y.value()).plus(y.value().flip(0).exp()));
  }

  @Test
  void aReversedRowServesAllTurns() {
    Param row = param("row", 1, 43);
    Param column = param("column", 301, 1);
    CompiledAgreement.holds(
        store,
        seed -> row.value().flip(1).times(column.value()).exp().plus(row.value().flip(1).abs()));
  }

  @Test
  void rowsAreReversedInEachTurn() {
    Param matrix = param("matrix", 31, 43);
    Param other = param("other", 31, 43);
    CompiledAgreement.holds(
        store,
        seed -> matrix.value().flip(1).times(other.value()).sum(-1).plus(matrix.value().sum(-1)));
  }

  @Test
  void columnsAreReadAsRows() {
    Param matrix = param("matrix", 31, 43);
    Param other = param("other", 43, 31);
    CompiledAgreement.holds(
        store, seed -> matrix.value().transpose().times(other.value()).plus(other.value().exp()));
  }
}
