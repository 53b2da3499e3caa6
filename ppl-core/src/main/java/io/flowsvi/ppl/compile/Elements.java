package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.MethodVisitor;

/**
 * Where the elements of a loop are: writes arrays and indices.
 *
 * <p>The part of an index that the innermost loop does not change is computed before it. Which
 * arrays there are, and where parameters and gradients begin, are arguments of the loop's method.
 */
final class Elements {
  private final Frame frame;
  private final MethodVisitor m;
  private final LoopNest nest;
  private final int[] counters;
  private final List<Integer> places = new ArrayList<>();
  private final Map<Access, Integer> starts = new HashMap<>();
  private final Map<Integer, Integer> arrays = new LinkedHashMap<>();
  private final Map<Access, Integer> bases = new HashMap<>();

  /** Of a loop whose counters, level by level, are these locals. */
  Elements(Frame frame, LoopNest nest, int[] counters) {
    this.frame = frame;
    this.m = frame.writer();
    this.nest = nest;
    this.counters = counters;
  }

  /** Puts all arrays and starts into locals. */
  void begin() {
    for (Member member : nest.members()) {
      for (LoopNest.Operand operand : nest.operands(member)) {
        if (operand.access() != null) {
          array(operand.access().slot());
          prepareStart(operand.access());
        }
      }
      if (nest.store(member) != null) {
        array(nest.store(member).slot());
        prepareStart(nest.store(member));
      }
    }
  }

  /** What the method is given. */
  int[] places() {
    int[] all = new int[places.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = places.get(i);
    }
    return all;
  }

  private void array(int slot) {
    if (!arrays.containsKey(slot)) {
      m.visitVarInsn(ALOAD, 0);
      place(slot);
      m.visitInsn(AALOAD);
      int local = frame.take(1);
      m.visitVarInsn(ASTORE, local);
      arrays.put(slot, local);
    }
  }

  /** Pushes a number that is an argument: loops that differ in such alone share a method. */
  private void place(int number) {
    m.visitVarInsn(ALOAD, LoopWriter.PLACES);
    frame.push(places.size());
    m.visitInsn(IALOAD);
    places.add(number);
  }

  /** Pushes where an access begins in its array: an argument where parameters begin anywhere. */
  private void start(Access access) {
    if (access.slot() > Slots.OUTPUTS) {
      frame.push(access.offset());
      return;
    }
    m.visitVarInsn(ILOAD, starts.get(beginning(access)));
  }

  private static Access beginning(Access access) {
    return new Access(access.slot(), access.offset(), new int[0]);
  }

  private void prepareStart(Access access) {
    if (access.slot() <= Slots.OUTPUTS && !starts.containsKey(beginning(access))) {
      place(access.offset());
      int local = frame.take(1);
      m.visitVarInsn(ISTORE, local);
      starts.put(beginning(access), local);
    }
  }

  /** The part of an index that the innermost loop does not change. */
  void base(Access access) {
    Access place = indexed(access);
    if (!bases.containsKey(place)) {
      index(access, access.strides().length - 1);
      int local = frame.take(1);
      m.visitVarInsn(ISTORE, local);
      bases.put(place, local);
    }
  }

  /** What accesses with the same index have in common: the array, where it tells the start. */
  private static Access indexed(Access access) {
    int slot = access.slot() > Slots.OUTPUTS ? Integer.MAX_VALUE : access.slot();
    return new Access(slot, access.offset(), access.strides());
  }

  /** Pushes array and index. */
  void push(Access access) {
    m.visitVarInsn(ALOAD, arrays.get(access.slot()));
    int depth = nest.depth();
    if (depth == 0 || access.level() < depth) {
      index(access, access.level());
      return;
    }
    m.visitVarInsn(ILOAD, bases.get(indexed(access)));
    term(access.strides()[depth - 1], counters[depth - 1]);
    m.visitInsn(IADD);
  }

  private void index(Access access, int axes) {
    start(access);
    for (int i = 0; i < axes; i++) {
      if (access.strides()[i] != 0) {
        term(access.strides()[i], counters[i]);
        m.visitInsn(IADD);
      }
    }
  }

  private void term(int stride, int counter) {
    m.visitVarInsn(ILOAD, counter);
    if (stride != 1) {
      frame.push(stride);
      m.visitInsn(IMUL);
    }
  }
}
