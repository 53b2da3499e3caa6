package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.tensor.Primitive;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes one loop nest as a static method of the arrays.
 *
 * <p>Reads that do not depend on inner loops are made outside of them; sums along inner loops are
 * local variables.
 */
final class LoopWriter {
  private final MethodVisitor m;
  private final LoopNest nest;
  private final int[] counters;
  private final Map<Integer, Integer> arrays = new LinkedHashMap<>();
  private final Map<Access, Integer> loaded = new HashMap<>();
  private final Map<Access, Integer> bases = new HashMap<>();
  private final Map<Member, Integer> values = new HashMap<>();
  private int locals = 1;

  LoopWriter(MethodVisitor m, LoopNest nest) {
    this.m = m;
    this.nest = nest;
    this.counters = new int[nest.depth()];
  }

  /** Writes the method; returns its size in bytes. */
  int write() {
    m.visitCode();
    for (Member member : nest.members()) {
      nest.operands(member).stream()
          .filter(o -> o.access() != null)
          .forEach(o -> array(o.access().slot()));
      if (nest.store(member) != null) {
        array(nest.store(member).slot());
        boolean adds = member.isReduction();
        if (adds && (!nest.accumulates(member) || nest.revisits(member))) {
          m.visitVarInsn(ALOAD, arrays.get(nest.store(member).slot()));
          m.visitLdcInsn(start(member));
          m.visitMethodInsn(INVOKESTATIC, "java/util/Arrays", "fill", "([DD)V", false);
        }
      }
    }
    level(0);
    m.visitInsn(RETURN);
    Label end = new Label();
    m.visitLabel(end);
    m.visitMaxs(0, 0);
    m.visitEnd();
    return end.getOffset();
  }

  private void array(int slot) {
    if (!arrays.containsKey(slot)) {
      m.visitVarInsn(ALOAD, 0);
      push(slot);
      m.visitInsn(AALOAD);
      m.visitVarInsn(ASTORE, locals);
      arrays.put(slot, locals++);
    }
  }

  private void level(int level) {
    boolean body = level == nest.depth();
    for (Member member : nest.members()) {
      if (!body) {
        if (nest.accumulates(member) && nest.store(member).level() == level) {
          m.visitLdcInsn(start(member));
          values.put(member, define());
        }
        for (LoopNest.Operand operand : nest.operands(member)) {
          Access access = operand.access();
          if (access != null && access.level() == level) {
            load(access);
          } else if (access != null && level == nest.depth() - 1 && access.level() > level) {
            base(access);
          }
        }
        Access store = nest.store(member);
        if (store != null && level == nest.depth() - 1 && store.level() > level) {
          base(store);
        }
      } else {
        compute(member);
      }
    }
    if (body) {
      return;
    }
    loop(level);
    for (Member member : nest.members()) {
      if (nest.accumulates(member) && nest.store(member).level() == level) {
        Access store = nest.store(member);
        element(store);
        if (nest.revisits(member)) {
          m.visitInsn(DUP2);
          m.visitInsn(DALOAD);
          m.visitVarInsn(DLOAD, values.get(member));
          join(member);
        } else {
          m.visitVarInsn(DLOAD, values.get(member));
        }
        m.visitInsn(DASTORE);
      }
    }
  }

  private void loop(int level) {
    int counter = locals++;
    counters[level] = counter;
    Label test = new Label();
    Label turn = new Label();
    m.visitInsn(ICONST_0);
    m.visitVarInsn(ISTORE, counter);
    m.visitJumpInsn(GOTO, test);
    m.visitLabel(turn);
    level(level + 1);
    m.visitIincInsn(counter, 1);
    m.visitLabel(test);
    m.visitVarInsn(ILOAD, counter);
    push(nest.dims()[level]);
    m.visitJumpInsn(IF_ICMPLT, turn);
  }

  /** One member in the innermost loop. */
  private void compute(Member member) {
    Access store = nest.store(member);
    if (member.isReduction()) {
      if (nest.accumulates(member)) {
        m.visitVarInsn(DLOAD, values.get(member));
        operand(nest.operands(member).get(0));
        join(member);
        m.visitVarInsn(DSTORE, values.get(member));
      } else {
        element(store);
        m.visitInsn(DUP2);
        m.visitInsn(DALOAD);
        operand(nest.operands(member).get(0));
        join(member);
        m.visitInsn(DASTORE);
      }
      return;
    }
    Operations.write(m, member.primitive(), nest.operands(member), this::operand);
    int value = define();
    values.put(member, value);
    if (store != null) {
      element(store);
      m.visitVarInsn(DLOAD, value);
      m.visitInsn(DASTORE);
    }
  }

  private static double start(Member reduction) {
    return isSum(reduction) ? 0.0 : Double.NEGATIVE_INFINITY;
  }

  private static boolean isSum(Member reduction) {
    return reduction.primitive() instanceof Primitive.Sum;
  }

  private void join(Member reduction) {
    if (isSum(reduction)) {
      m.visitInsn(DADD);
    } else {
      m.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "max", "(DD)D", false);
    }
  }

  private void operand(LoopNest.Operand operand) {
    if (operand.local() != null) {
      m.visitVarInsn(DLOAD, values.get(operand.local()));
    } else if (operand.access() == null) {
      m.visitLdcInsn(operand.constant());
    } else {
      m.visitVarInsn(DLOAD, load(operand.access()));
    }
  }

  /** The local variable of an element, loaded where it is first needed at its level. */
  private int load(Access access) {
    Integer known = loaded.get(access);
    if (known == null) {
      element(access);
      m.visitInsn(DALOAD);
      known = define();
      loaded.put(access, known);
    }
    return known;
  }

  private int define() {
    int local = locals;
    locals += 2;
    m.visitVarInsn(DSTORE, local);
    return local;
  }

  /** The part of an index that the innermost loop does not change. */
  private void base(Access access) {
    Access place = new Access(0, access.offset(), access.strides());
    if (!bases.containsKey(place)) {
      index(access, access.strides().length - 1);
      m.visitVarInsn(ISTORE, locals);
      bases.put(place, locals++);
    }
  }

  /** Pushes array and index. */
  private void element(Access access) {
    m.visitVarInsn(ALOAD, arrays.get(access.slot()));
    int depth = nest.depth();
    if (depth == 0 || access.level() < depth) {
      index(access, access.level());
      return;
    }
    m.visitVarInsn(ILOAD, bases.get(new Access(0, access.offset(), access.strides())));
    term(access.strides()[depth - 1], counters[depth - 1]);
    m.visitInsn(IADD);
  }

  private void index(Access access, int axes) {
    push(access.offset());
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
      push(stride);
      m.visitInsn(IMUL);
    }
  }

  private void push(int value) {
    if (value >= -1 && value <= 5) {
      m.visitInsn(ICONST_0 + value);
    } else if (value == (short) value) {
      m.visitIntInsn(SIPUSH, value);
    } else {
      m.visitLdcInsn(value);
    }
  }
}
