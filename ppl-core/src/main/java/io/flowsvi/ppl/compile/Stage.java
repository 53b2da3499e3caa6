package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import java.util.ArrayList;
import java.util.List;

/** One part of a program, run after those before it. */
sealed interface Stage permits Stage.Loop, Stage.Call {
  /** Element-wise operations and reductions over the same elements, computed in one loop nest. */
  final class Loop implements Stage {
    /** Bytes of code: HotSpot compiles no method above 8,000. */
    private static final int LIMIT = 7_500;

    /** About the most that a member's own code with the store of its result, and each read take. */
    private static final int OWN = 26;

    private static final int LOCAL = 4;
    private static final int ARRAY = 36;

    private final int[] dims;
    private final List<Member> members = new ArrayList<>();
    private int bytes;

    /** A loop over these sizes, none of them 1. */
    Loop(int[] dims) {
      this.dims = dims;
    }

    int[] dims() {
      return dims;
    }

    /** Whether there is room for a member with so many reads, even if all are from arrays. */
    boolean hasRoom(int reads) {
      return bytes + OWN + reads * ARRAY <= LIMIT;
    }

    void add(Member member, int locals, int others) {
      members.add(member);
      bytes += OWN + locals * LOCAL + others * ARRAY;
    }

    List<Member> members() {
      return members;
    }
  }

  /** One operation with a kernel of its own. */
  record Call(Node node) implements Stage {}
}
