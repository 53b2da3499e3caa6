package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.vector.Width;
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

  /** So many vectors are computed between two calls. */
  private static final int CHUNK = 32;

  /** The same where each call first lays elements side by side for all its turns. */
  private static final int PREPARED_CHUNK = 256;

  private final Width width;
  private final boolean vector;
  private final int turns;
  private int[] dims;
  private final List<Member> members;
  private final Map<Member, List<Operand>> operands = new HashMap<>();
  private final Map<Member, Access> stores = new HashMap<>();

  /**
   * The code of a loop.
   *
   * @param times how often a run meets loops of this form
   */
  LoopNest(Plan plan, Stage.Loop loop, Slots slots, int times) {
    this.width = plan.width();
    this.dims = loop.dims().clone();
    this.members = loop.members();
    for (Member member : members) {
      List<Operand> reads = new ArrayList<>();
      for (Node input : plan.reads(member)) {
        reads.add(operand(plan, member, input, slots));
      }
      operands.put(member, reads);
      if (plan.isStored(member.node())) {
        Node node = member.node();
        Access own = member.target(slots.numbers().get(node));
        stores.put(member, own.from(slots.start(node)));
      }
    }
    vector = loop.pays(times) && arrange();
    merge();
    turns = turnsOfCall();
  }

  /**
   * Puts an axis innermost along which vectors can be loaded and stored; whether there is one. A
   * natural order needs nothing moved; another one is taken where it saves gathering elements.
   */
  private boolean arrange() {
    int best = -1;
    int score = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      int at = axis;
      boolean last = axis == dims.length - 1;
      // Of the axes that follow without a gap one would become one with the last.
      boolean wide = extent(axis) >= width.lanes();
      boolean stored =
          stores.entrySet().stream().allMatch(s -> isStorable(s.getKey(), s.getValue(), at));
      if (!wide || !stored) {
        continue;
      }
      int near = near(axis);
      int worth = (near << 2) + (last ? 2 : 1);
      if (worth > score) {
        score = worth;
        best = axis;
      }
    }
    if (best >= 0 && best < dims.length - 1) {
      moveInside(best);
    }
    return best >= 0;
  }

  /** The size of an axis with those before it that all accesses run through evenly. */
  private int extent(int axis) {
    int size = dims[axis];
    for (int a = axis - 1; a >= 0 && axis == dims.length - 1 && allMerge(a, dims[a + 1]); a--) {
      size *= dims[a];
    }
    return size;
  }

  private static boolean isStorable(Member member, Access store, int axis) {
    int stride = store.strides()[axis];
    return stride == 1 || stride == 0 && member.isReduction();
  }

  /** How few reads would have to gather their elements along an axis. */
  private int near(int axis) {
    int far = 0;
    for (List<Operand> reads : operands.values()) {
      for (Operand read : reads) {
        int stride = read.access() == null ? 0 : read.access().strides()[axis];
        far += stride == 0 || stride == 1 ? 0 : 1;
      }
    }
    return 10_000 - far;
  }

  private void moveInside(int axis) {
    rewrite(access -> access.movedInside(axis));
    int size = dims[axis];
    System.arraycopy(dims, axis + 1, dims, axis, dims.length - axis - 1);
    dims[dims.length - 1] = size;
  }

  private void rewrite(UnaryOperator<Access> change) {
    stores.replaceAll((member, access) -> change.apply(access));
    UnaryOperator<Operand> each =
        o ->
            o.access() == null ? o : new Operand(o.local(), o.constant(), change.apply(o.access()));
    operands.values().forEach(reads -> reads.replaceAll(each));
  }

  private boolean allMerge(int axis, int inner) {
    boolean all = true;
    for (Access store : stores.values()) {
      all &= store.merges(axis, inner);
    }
    for (List<Operand> reads : operands.values()) {
      for (Operand read : reads) {
        all &= read.access() == null || read.access().merges(axis, inner);
      }
    }
    return all;
  }

  private static Operand operand(Plan plan, Member member, Node input, Slots slots) {
    View view = plan.view(input);
    if (view.source().kind() instanceof Node.Constant c) {
      return new Operand(null, c.value(), null);
    }
    if (plan.isLocalIn(member, input)) {
      return new Operand(new Member(view.source(), 0), 0, null);
    }
    int[] strides = plan.strides(member, input);
    int start = slots.start(view.source()) + view.offset();
    return new Operand(null, 0, new Access(slots.numbers().get(view.source()), start, strides));
  }

  private void merge() {
    for (int axis = dims.length - 2; axis >= 0; axis--) {
      int at = axis;
      int inner = dims[axis + 1];
      if (allMerge(axis, inner)) {
        rewrite(access -> access.merged(at));
        int[] fewer = new int[dims.length - 1];
        for (int i = 0; i < fewer.length; i++) {
          fewer[i] = i < at ? dims[i] : i == at ? dims[at] * inner : dims[i + 1];
        }
        dims = fewer;
      }
    }
  }

  /** Whether the innermost loop can run over vectors. */
  boolean isVector() {
    return vector;
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

  /** The width of its numbers. */
  Width width() {
    return width;
  }

  /** Where a member's result goes, or null if only this loop reads it. */
  Access store(Member member) {
    return stores.get(member);
  }

  /** Whether a reduction sums within the innermost loop, so that a local variable can hold it. */
  boolean accumulates(Member member) {
    return member.isReduction() && store(member).level() < depth();
  }

  /**
   * How many turns of the outermost loop one call of the method makes. Few for vectors: HotSpot
   * compiles a method sooner for its calls than for the turns of its loops.
   */
  int turns() {
    return turns;
  }

  private int turnsOfCall() {
    if (!vector) {
      return depth() == 0 ? 1 : dims[0];
    }
    if (depth() == 1) {
      return CHUNK * width.lanes();
    }
    int inside = 1;
    for (int i = 1; i < depth(); i++) {
      inside *= dims[i];
    }
    int chunk = Gathering.servesTurns(this) ? PREPARED_CHUNK : CHUNK;
    return Math.max(1, chunk * width.lanes() / inside);
  }

  /** Whether a reduction finds its start, or a part of it, in the array. */
  boolean isFilled(Member member) {
    return member.isReduction() && (!accumulates(member) || revisits(member));
  }

  /** Whether several turns outside of a local sum meet in the same element. */
  boolean revisits(Member member) {
    int[] strides = store(member).strides();
    int level = store(member).level();
    if (level == 0 && depth() > 0 && turns() < dims[0]) {
      return true;
    }
    for (int i = 0; i < level; i++) {
      if (strides[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
