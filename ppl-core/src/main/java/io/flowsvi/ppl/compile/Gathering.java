package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.MethodVisitor;

/**
 * Elements that lie apart in their arrays, laid side by side before a loop over vectors reads them.
 *
 * <p>The Vector API can gather them, too, in about the same time, but of Java 17 only while all
 * vectors of indices in the JVM have the same length. Where steps in double and in single precision
 * have run it makes an object of each vector, and a gather takes ten times as long.
 */
final class Gathering {
  private final Frame frame;
  private final MethodVisitor m;
  private final LoopNest nest;
  private final Elements elements;
  private final int[] counters;
  private final Map<Access, Integer> places;
  private int array;
  private int first;

  /** Of a loop whose counters, level by level, are these locals. */
  Gathering(Frame frame, LoopNest nest, Elements elements, int[] counters) {
    this.frame = frame;
    this.m = frame.writer();
    this.nest = nest;
    this.elements = elements;
    this.counters = counters;
    this.places = places(nest);
  }

  /** Where each access with elements apart has its place. */
  private static Map<Access, Integer> places(LoopNest nest) {
    Map<Access, Integer> places = new LinkedHashMap<>();
    if (!nest.isVector()) {
      return places;
    }
    for (Member member : nest.members()) {
      for (LoopNest.Operand operand : nest.operands(member)) {
        Access access = operand.access();
        if (access != null && isApart(access)) {
          places.putIfAbsent(access, places.size() * span(nest));
        }
      }
    }
    return places;
  }

  private static boolean isApart(Access access) {
    int stride = access.strides()[access.strides().length - 1];
    return stride != 0 && stride != 1;
  }

  /** How many numbers need a place, of all accesses of a loop. */
  static int room(LoopNest nest) {
    return nest.isVector() ? places(nest).size() * span(nest) : 0;
  }

  /** Whether some elements are laid side by side once for all turns of the outermost loop. */
  static boolean servesTurns(LoopNest nest) {
    return nest.depth() > 1
        && places(nest).keySet().stream().anyMatch(access -> outside(access) == 0);
  }

  /** How many elements one call of the method, or one turn of its outer loops, reads at most. */
  private static int span(LoopNest nest) {
    int all = nest.dims()[nest.depth() - 1];
    return isCut(nest) ? Math.min(all, nest.turns() + nest.width().lanes()) : all;
  }

  /** Whether a call makes some turns of the only loop there is. */
  private static boolean isCut(LoopNest nest) {
    return nest.depth() == 1 && nest.turns() < nest.dims()[0];
  }

  /** Puts what is needed into locals. */
  void begin() {
    if (places.isEmpty()) {
      return;
    }
    array = frame.take(1);
    m.visitVarInsn(ALOAD, 0);
    frame.push(Slots.GATHERED);
    m.visitInsn(AALOAD);
    m.visitVarInsn(ASTORE, array);
    first = frame.take(1);
    m.visitInsn(ICONST_0);
    if (isCut(nest)) {
      // The last vector may begin before the first turn.
      m.visitVarInsn(ILOAD, LoopWriter.FROM);
      frame.push(nest.width().lanes());
      m.visitInsn(ISUB);
      m.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "max", "(II)I", false);
    }
    m.visitVarInsn(ISTORE, first);
  }

  /** Before the loop of a level: copies elements that depend on the loops outside and the last. */
  void copy(int level) {
    for (Access access : List.copyOf(places.keySet())) {
      if (outside(access) == level) {
        copy(access);
      }
    }
  }

  private static int outside(Access access) {
    int level = access.strides().length - 1;
    while (level > 0 && access.strides()[level - 1] == 0) {
      level--;
    }
    return level;
  }

  private void copy(Access access) {
    elements.base(access);
    int at = frame.take(1);
    counters[counters.length - 1] = at;
    m.visitVarInsn(ILOAD, first);
    m.visitVarInsn(ISTORE, at);
    frame.loop(at, 1, this::pushEnd, () -> copyElement(access));
  }

  private void copyElement(Access access) {
    push(access);
    elements.push(access);
    m.visitInsn(frame.width().opcode(IALOAD));
    m.visitInsn(frame.width().opcode(IASTORE));
  }

  private void pushEnd() {
    if (isCut(nest)) {
      m.visitVarInsn(ILOAD, LoopWriter.TO);
    } else {
      frame.push(nest.dims()[nest.depth() - 1]);
    }
  }

  /** Whether an access finds its elements here. */
  boolean has(Access access) {
    return places.containsKey(access);
  }

  /** Pushes array and index of where an access finds them, at the innermost counter. */
  void push(Access access) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, counters[counters.length - 1]);
    m.visitVarInsn(ILOAD, first);
    m.visitInsn(ISUB);
    frame.push(places.get(access));
    m.visitInsn(IADD);
  }
}
