package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
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

    /** So many vectors a run are worth what a method does before its loop. */
    private static final int FEWEST = 4;

    /** About the most that a member's mask and store take, a read of a local, one of an array. */
    private static final int OWN = 20;

    private static final int OWN_OF_VECTORS = 60;
    private static final int LOCAL = 4;
    private static final int ARRAY = 36;
    private static final int ARRAY_OF_VECTORS = 60;

    private final Operations operations;
    private final int[] dims;
    private final int size;
    private final int limit;
    private final int own;
    private final int array;
    private final List<Member> members = new ArrayList<>();
    private int bytes;

    /** A loop over these sizes, none of them 1, of operations on numbers of one width. */
    Loop(int[] dims, Operations operations) {
      this.operations = operations;
      this.dims = dims;
      this.size = Shape.of(dims).size();
      int least = FEWEST * operations.width().lanes();
      boolean vectors = VectorUnit.isPresent() && size >= least;
      this.limit = vectors ? LIMIT_WITH_VECTORS : LIMIT;
      this.own = vectors ? OWN_OF_VECTORS : OWN;
      this.array = vectors ? ARRAY_OF_VECTORS : ARRAY;
    }

    int[] dims() {
      return dims;
    }

    /** Whether there is room for a member with so many reads, even if all are from arrays. */
    boolean hasRoom(Member member, int reads) {
      return bytes + own + operations.bytes(member.node()) + reads * array <= limit;
    }

    void add(Member member, int locals, int others) {
      members.add(member);
      bytes += own + operations.bytes(member.node()) + locals * LOCAL + others * array;
    }

    List<Member> members() {
      return members;
    }

    /**
     * Whether it runs over vectors, where it can: HotSpot sees enough turns soon. Those of loops
     * that share a method count together.
     *
     * @param times how many loops of this form there are
     */
    boolean pays(int times) {
      return VectorUnit.pay(size) || limit == LIMIT_WITH_VECTORS && VectorUnit.pay(size * times);
    }

    /** What loops have in common whose code is likely one method: the layers of a flow. */
    List<Object> form() {
      List<Object> form = new ArrayList<>();
      for (int size : dims) {
        form.add(size);
      }
      for (Member member : members) {
        // Not records themselves: a cold JVM links how they are compared.
        Primitive op = member.primitive();
        form.add(op instanceof Enum<?> ? op : op.getClass());
      }
      return form;
    }
  }

  /** One operation with a kernel of its own. */
  record Call(Node node) implements Stage {}
}
