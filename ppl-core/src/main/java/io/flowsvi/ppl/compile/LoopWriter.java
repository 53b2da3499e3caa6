package io.flowsvi.ppl.compile;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.Lanes;
import io.flowsvi.ppl.vector.Lanes.Join;
import io.flowsvi.ppl.vector.Lanes.Test;
import io.flowsvi.ppl.vector.ScalarLanes;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.Width;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes one loop nest as a static method of the arrays.
 *
 * <p>Reads that do not depend on inner loops are made outside of them; sums along inner loops are
 * local variables. A vector loop whose size is no multiple of the lanes ends with a vector that
 * overlaps the one before: elements are computed twice, but enter sums once.
 */
final class LoopWriter {
  /**
   * The arguments: all arrays; the first turn of the outermost loop; the one after the last; which
   * arrays the loop has, and where in them it begins.
   */
  static String type(Width width) {
    return width.descriptor("([[DII[I)V");
  }

  static final int FROM = 1;
  static final int TO = 2;
  static final int PLACES = 3;
  private static final int ARGUMENTS = 4;

  private final Frame frame;
  private final MethodVisitor m;
  private final LoopNest nest;
  private final ScalarLanes scalars;
  private final VectorLanes vectors;
  private final Lanes lanes;
  private final Operations operations;
  private final int[] counters;
  private final Elements elements;
  private final Gathering gathering;
  private final Map<Access, Integer> loaded = new HashMap<>();
  private final Map<Access, Integer> inside = new HashMap<>();
  private final Map<Member, Integer> values = new HashMap<>();
  private int iota;
  private int skipped;

  private LoopWriter(MethodVisitor m, LoopNest nest) {
    this.frame = new Frame(m, nest.width(), ARGUMENTS);
    this.m = m;
    this.nest = nest;
    this.scalars = new ScalarLanes(frame);
    this.vectors = new VectorLanes(frame);
    this.operations = Operations.of(nest.width());
    this.lanes = nest.isVector() ? vectors : scalars;
    this.counters = new int[nest.depth()];
    this.elements = new Elements(frame, nest, counters);
    this.gathering = new Gathering(frame, nest, elements, counters);
  }

  /** Writes what a draft tells of a method. */
  static Draft draft(LoopNest nest) {
    ClassWriter type = new ClassWriter(0);
    MethodVisitor m = type.visitMethod(ACC_STATIC, "draft", type(nest.width()), null, null);
    m.visitCode();
    LoopWriter writer = new LoopWriter(m, nest);
    writer.body();
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
    ByteBuffer code = ByteBuffer.wrap(type.toByteArray());
    List<Double> numbers = new ArrayList<>(writer.frame.numbers());
    return new Draft(code, numbers, writer.elements.places());
  }

  /** Writes the method of a draft; its bytes. */
  static int write(MethodVisitor m, LoopNest nest, Draft draft) {
    LoopWriter writer = new LoopWriter(m, nest);
    m.visitCode();
    Set<Double> numbers = new LinkedHashSet<>(draft.numbers());
    if (nest.isVector()) {
      writer.vectors.begin(numbers);
    } else {
      writer.scalars.begin(numbers);
    }
    writer.body();
    m.visitInsn(RETURN);
    Label end = new Label();
    m.visitLabel(end);
    m.visitMaxs(0, 0);
    m.visitEnd();
    return end.getOffset();
  }

  private void body() {
    elements.begin();
    gathering.begin();
    if (nest.isVector() && isRagged()) {
      iota = vectors.iota();
    }
    level(0);
  }

  private int innermost() {
    return nest.depth() - 1;
  }

  /** Whether the last vector overlaps the one before. */
  private boolean isRagged() {
    return nest.dims()[innermost()] % frame.width().lanes() != 0;
  }

  private void level(int level) {
    if (level == nest.depth()) {
      for (Member member : nest.members()) {
        compute(member);
      }
      return;
    }
    for (Member member : nest.members()) {
      if (nest.accumulates(member) && nest.store(member).level() == level) {
        frame.pushNumber(start(member));
        values.put(member, spread(frame.store()));
      }
      for (LoopNest.Operand operand : nest.operands(member)) {
        Access access = operand.access();
        if (access != null && access.level() == level) {
          load(access);
        }
        if (access != null && level == innermost()) {
          prepare(access);
        }
      }
      Access store = nest.store(member);
      if (store != null && level == innermost() && store.level() > level) {
        elements.base(store);
      }
    }
    gathering.copy(level);
    loop(level);
    for (Member member : nest.members()) {
      if (nest.accumulates(member) && nest.store(member).level() == level) {
        finish(member);
      }
    }
  }

  /** A number for all turns of the innermost loop, where that is what the loop needs. */
  private int spread(int scalar) {
    return lanes.spread(scalar);
  }

  /** Before the innermost loop: the index of a read inside, or the lanes of one made already. */
  private void prepare(Access access) {
    if (access.level() == nest.depth()) {
      elements.base(access);
    } else if (!inside.containsKey(access)) {
      inside.put(access, spread(load(access)));
    }
  }

  /** Stores a sum that is complete, or one part of it. */
  private void finish(Member member) {
    Join join = join(member);
    lanes.pushJoined(values.get(member), join);
    int value = frame.store();
    Access store = nest.store(member);
    if (nest.revisits(member)) {
      elements.push(store);
      int before = scalars.load();
      value = joined(scalars, join, before, value);
    }
    elements.push(store);
    scalars.store(value);
  }

  private void loop(int level) {
    boolean steps = nest.isVector() && level == innermost();
    int step = steps ? frame.width().lanes() : 1;
    int counter = frame.take(1);
    counters[level] = counter;
    Label test = new Label();
    Label turn = new Label();
    if (level == 0 && nest.turns() < nest.dims()[0]) {
      m.visitVarInsn(ILOAD, FROM);
    } else {
      m.visitInsn(ICONST_0);
    }
    m.visitVarInsn(ISTORE, counter);
    m.visitJumpInsn(GOTO, test);
    m.visitLabel(turn);
    if (steps && isRagged()) {
      overlap(counter, nest.dims()[level] - step);
    }
    level(level + 1);
    m.visitIincInsn(counter, step);
    m.visitLabel(test);
    m.visitVarInsn(ILOAD, counter);
    if (level == 0 && nest.turns() < nest.dims()[0]) {
      m.visitVarInsn(ILOAD, TO);
    } else {
      frame.push(nest.dims()[level]);
    }
    m.visitJumpInsn(IF_ICMPLT, turn);
  }

  /** Starts the last vector early enough to be whole; the lanes below {@code skipped} are known. */
  private void overlap(int counter, int last) {
    m.visitVarInsn(ILOAD, counter);
    frame.push(last);
    m.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "min", "(II)I", false);
    int start = frame.take(1);
    m.visitVarInsn(ISTORE, start);
    counters[innermost()] = start;
    m.visitVarInsn(ILOAD, counter);
    m.visitVarInsn(ILOAD, start);
    m.visitInsn(ISUB);
    m.visitInsn(frame.width().ofInt());
    skipped = vectors.spread(frame.store());
  }

  /** One member in the innermost loop. */
  private void compute(Member member) {
    List<LoopNest.Operand> reads = nest.operands(member);
    int[] operands = new int[reads.size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = operand(reads.get(i));
    }
    Access store = nest.store(member);
    if (member.isReduction()) {
      int value = operands[0];
      if (nest.isVector() && isRagged()) {
        value = lanes.where(iota, Test.LESS, skipped, lanes.number(start(member)), value);
      }
      if (nest.accumulates(member)) {
        int sum = values.get(member);
        lanes.assign(sum, joined(lanes, join(member), sum, value));
        return;
      }
      elements.push(store);
      int sum = joined(lanes, join(member), lanes.load(), value);
      elements.push(store);
      lanes.store(sum);
      return;
    }
    int value = operations.write(lanes, member.node(), operands);
    values.put(member, value);
    if (store != null) {
      elements.push(store);
      lanes.store(value);
    }
  }

  private static Join join(Member reduction) {
    return reduction.primitive() instanceof Primitive.Sum ? Join.SUM : Join.MAX;
  }

  static double start(Member reduction) {
    return join(reduction) == Join.SUM ? 0.0 : Double.NEGATIVE_INFINITY;
  }

  private static int joined(Lanes lanes, Join join, int a, int b) {
    return join == Join.SUM ? lanes.plus(a, b) : lanes.max(a, b);
  }

  private int operand(LoopNest.Operand operand) {
    if (operand.local() != null) {
      return values.get(operand.local());
    }
    if (operand.access() == null) {
      return lanes.number(operand.constant());
    }
    Access access = operand.access();
    Integer known = inside.get(access);
    if (known == null) {
      if (gathering.has(access)) {
        gathering.push(access);
      } else {
        elements.push(access);
      }
      known = lanes.load();
      inside.put(access, known);
    }
    return known;
  }

  /** The local variable of an element that does not change in the innermost loop. */
  private int load(Access access) {
    Integer known = loaded.get(access);
    if (known == null) {
      elements.push(access);
      known = scalars.load();
      loaded.put(access, known);
    }
    return known;
  }
}
