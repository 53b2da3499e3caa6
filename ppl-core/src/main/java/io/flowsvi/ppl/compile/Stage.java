package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.ArrayList;
import java.util.List;

/** One part of a program, run after those before it. */
sealed interface Stage permits Stage.Loop, Stage.Call {
  /** Element-wise operations and reductions over the same elements, computed in one loop nest. */
  final class Loop implements Stage {
    /** Bytes of code: HotSpot compiles no method above 8,000. */
    private static final int LIMIT = 7_500;

    /**
     * Bytes where a loop may run over vectors, each of whose operations HotSpot takes from many
     * small methods: it compiles a longer one late, or leaves vectors in it objects.
     */
    private static final int LIMIT_WITH_VECTORS = 3_000;

    /** About the most that a member's mask and store take, a read of a local, one of an array. */
    private static final int OWN = VectorUnit.isPresent() ? 60 : 20;

    private static final int LOCAL = 4;
    private static final int ARRAY = VectorUnit.isPresent() ? 60 : 36;

    private final Operations operations;
    private final int[] dims;
    private final int limit;
    private final List<Member> members = new ArrayList<>();
    private int bytes;

    /** A loop over these sizes, none of them 1, of operations on numbers of one width. */
    Loop(int[] dims, Operations operations) {
      this.operations = operations;
      this.dims = dims;
      boolean vectors = VectorUnit.pay(Shape.of(dims).size());
      this.limit = vectors ? LIMIT_WITH_VECTORS : LIMIT;
    }

    int[] dims() {
      return dims;
    }

    /** Whether there is room for a member with so many reads, even if all are from arrays. */
    boolean hasRoom(Member member, int reads) {
      return bytes + OWN + operations.bytes(member.node()) + reads * ARRAY <= limit;
    }

    void add(Member member, int locals, int others) {
      members.add(member);
      bytes += OWN + operations.bytes(member.node()) + locals * LOCAL + others * ARRAY;
    }

    List<Member> members() {
      return members;
    }
  }

  /** One operation with a kernel of its own. */
  record Call(Node node) implements Stage {}
}
