package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import java.util.ArrayList;
import java.util.List;

/** One part of a program, run after those before it. */
sealed interface Stage permits Stage.Loop, Stage.Call {
  /** Element-wise operations and reductions over the same elements, computed in one loop nest. */
  final class Loop implements Stage {
    /** So many members keep a generated method below the 8,000 bytes that HotSpot compiles. */
    static final int CAPACITY = 120;

    private final int[] dims;
    private final List<Member> members = new ArrayList<>();

    /** A loop over these sizes, none of them 1. */
    Loop(int[] dims) {
      this.dims = dims;
    }

    int[] dims() {
      return dims;
    }

    List<Member> members() {
      return members;
    }
  }

  /** One operation with a kernel of its own. */
  record Call(Node node) implements Stage {}
}
