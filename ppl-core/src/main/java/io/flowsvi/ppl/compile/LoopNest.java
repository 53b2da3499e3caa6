package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A loop of the plan with every element it touches, neighbouring axes joined where all accesses
 * allow it.
 */
final class LoopNest {
  /**
   * Where a member's operand is.
   *
   * @param local the member of this loop that computes it, or null
   * @param constant its number, if it is one
   * @param access its array element, or null
   */
  record Operand(Member local, double constant, Access access) {}

  private int[] dims;
  private final List<Member> members;
  private final Map<Member, List<Operand>> operands = new HashMap<>();
  private final Map<Member, Access> stores = new HashMap<>();

  LoopNest(Plan plan, Stage.Loop loop, Map<Node, Integer> slots) {
    this.dims = loop.dims();
    this.members = loop.members();
    for (Member member : members) {
      List<Operand> reads = new ArrayList<>();
      for (Node input : plan.reads(member)) {
        reads.add(operand(plan, member, input, slots));
      }
      operands.put(member, reads);
      if (plan.isStored(member.node())) {
        stores.put(member, member.target(slots.get(member.node())));
      }
    }
    merge();
  }

  private static Operand operand(Plan plan, Member member, Node input, Map<Node, Integer> slots) {
    View view = plan.view(input);
    if (view.source().kind() instanceof Node.Constant c) {
      return new Operand(null, c.value(), null);
    }
    if (plan.isLocalIn(member, input)) {
      return new Operand(new Member(view.source(), 0), 0, null);
    }
    int[] strides = plan.strides(member, input);
    return new Operand(null, 0, new Access(slots.get(view.source()), view.offset(), strides));
  }

  private void merge() {
    for (int axis = dims.length - 2; axis >= 0; axis--) {
      int at = axis;
      int inner = dims[axis + 1];
      boolean all = stores.values().stream().allMatch(a -> a.merges(at, inner));
      for (List<Operand> reads : operands.values()) {
        all &= reads.stream().allMatch(o -> o.access() == null || o.access().merges(at, inner));
      }
      if (all) {
        stores.replaceAll((node, access) -> access.merged(at));
        UnaryOperator<Operand> join =
            o ->
                o.access() == null
                    ? o
                    : new Operand(o.local(), o.constant(), o.access().merged(at));
        operands.values().forEach(reads -> reads.replaceAll(join));
        int[] fewer = new int[dims.length - 1];
        for (int i = 0; i < fewer.length; i++) {
          fewer[i] = i < at ? dims[i] : i == at ? dims[at] * inner : dims[i + 1];
        }
        dims = fewer;
      }
    }
  }

  int[] dims() {
    return dims;
  }

  int depth() {
    return dims.length;
  }

  List<Member> members() {
    return members;
  }

  List<Operand> operands(Member member) {
    return operands.get(member);
  }

  /** Where a member's result goes, or null if only this loop reads it. */
  Access store(Member member) {
    return stores.get(member);
  }

  /** Whether a reduction sums within the innermost loop, so that a local variable can hold it. */
  boolean accumulates(Member member) {
    return member.isReduction() && store(member).level() < depth();
  }

  /** Whether several turns outside of a local sum meet in the same element. */
  boolean revisits(Member member) {
    int[] strides = store(member).strides();
    int level = store(member).level();
    for (int i = 0; i < level; i++) {
      if (strides[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
