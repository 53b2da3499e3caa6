package io.flowsvi.ppl.product;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.Width;
import java.lang.invoke.MethodHandles;
import java.util.Set;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** Writes {@link PanelTiles}: all sums of a block are local variables. */
final class PanelWriter {
  private static final String TILES = Type.getInternalName(PanelTiles.class);
  private static final String NAME = TILES + "Generated";
  private static final Width NUMBERS = Width.DOUBLE;
  private static final String BLOCK = NUMBERS.descriptor("([DI[DIII[DIII)V");

  // The arguments of a block.
  private static final int A = 0;
  private static final int IA = 1;
  private static final int B = 2;
  private static final int IB = 3;
  private static final int APART = 4;
  private static final int INNER = 5;
  private static final int OUT = 6;
  private static final int AT = 7;
  private static final int WIDE_OUT = 8;
  private static final int LAST = 9;
  private static final int ARGUMENTS = 10;

  private final MethodVisitor m;
  private final Frame frame;
  private final VectorLanes lanes;
  private final int rows;
  private final int vectors;

  private PanelWriter(MethodVisitor m, int arguments, int rows, int vectors) {
    this.m = m;
    this.frame = new Frame(m, NUMBERS, arguments);
    this.lanes = new VectorLanes(frame);
    this.rows = rows;
    this.vectors = vectors;
  }

  /** All blocks as one hidden class. */
  static PanelTiles write() {
    ClassWriter writer = HiddenClasses.begin(NAME, TILES);
    for (int r = 0; r < PanelTiles.ROWS.length; r++) {
      for (int vectors = 1; vectors <= PanelTiles.WIDEST; vectors++) {
        block(writer, PanelTiles.block(r, vectors), r, vectors);
        block(writer, PanelTiles.blockOfMore(r, vectors), r, vectors);
      }
    }
    dispatcher(writer);
    copy(writer);
    writer.visitEnd();
    return (PanelTiles) HiddenClasses.define(MethodHandles.lookup(), writer);
  }

  private static void block(ClassWriter writer, int number, int r, int vectors) {
    MethodVisitor m = writer.visitMethod(ACC_STATIC, "block" + number, BLOCK, null, null);
    m.visitCode();
    PanelWriter tile = new PanelWriter(m, ARGUMENTS, PanelTiles.ROWS[r], vectors);
    tile.lanes.begin(Set.of(0.0));
    int[] sums = number == PanelTiles.block(r, vectors) ? tile.zeros() : tile.sumsSoFar();
    tile.add(sums);
    tile.store(sums);
    end(m);
  }

  private static void end(MethodVisitor m) {
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  private static void dispatcher(ClassWriter writer) {
    String type = "(I" + BLOCK.substring(1);
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "run", type, null, null);
    m.visitCode();
    HiddenClasses.choose(
        m,
        PanelTiles.BLOCKS,
        block -> {
          for (int i = 0; i < ARGUMENTS; i++) {
            m.visitVarInsn(i == A || i == B || i == OUT ? ALOAD : ILOAD, i + 2);
          }
          m.visitMethodInsn(INVOKESTATIC, NAME, "block" + block, BLOCK, false);
        });
    m.visitEnd();
  }

  private int[] zeros() {
    int[] sums = new int[rows * vectors];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = frame.take(1);
      lanes.assign(sums[i], lanes.number(0));
    }
    return sums;
  }

  private int[] sumsSoFar() {
    int[] sums = new int[rows * vectors];
    int[] to = starts(rows, AT, WIDE_OUT);
    for (int i = 0; i < sums.length; i++) {
      result(to[i / vectors], i % vectors);
      sums[i] = lanes.load();
    }
    return sums;
  }

  private void store(int[] sums) {
    int[] to = starts(rows, AT, WIDE_OUT);
    for (int i = 0; i < sums.length; i++) {
      result(to[i / vectors], i % vectors);
      lanes.store(sums[i]);
    }
  }

  /** Pushes the result's array and where a vector of a row begins. */
  private void result(int row, int vector) {
    m.visitVarInsn(ALOAD, OUT);
    m.visitVarInsn(ILOAD, row);
    if (vector == vectors - 1) {
      m.visitVarInsn(ILOAD, LAST);
    } else {
      frame.push(vector * NUMBERS.lanes());
    }
    m.visitInsn(IADD);
  }

  /** Locals of start, start + stride, start + 2 stride … */
  private int[] starts(int count, int start, int stride) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = frame.take(1);
      m.visitVarInsn(ILOAD, i == 0 ? start : indices[i - 1]);
      if (i > 0) {
        m.visitVarInsn(ILOAD, stride);
        m.visitInsn(IADD);
      }
      m.visitVarInsn(ISTORE, indices[i]);
    }
    return indices;
  }

  private void add(int[] sums) {
    int[] right = starts(vectors, IB, APART);
    loop(
        INNER,
        k -> {
          int[] b = new int[vectors];
          for (int v = 0; v < vectors; v++) {
            numberOf(B, right[v], k, NUMBERS.lanes(), 0);
            b[v] = lanes.load();
          }
          for (int r = 0; r < rows; r++) {
            numberOf(A, IA, k, PanelTiles.STRIPE, r);
            m.visitInsn(NUMBERS.opcode(IALOAD));
            int factor = lanes.spread(frame.store());
            for (int v = 0; v < vectors; v++) {
              int sum = sums[r * vectors + v];
              lanes.assign(sum, lanes.fma(b[v], factor, sum));
            }
          }
        });
  }

  private void loop(int count, IntConsumer body) {
    int k = frame.take(1);
    Label test = new Label();
    Label turn = new Label();
    m.visitInsn(ICONST_0);
    m.visitVarInsn(ISTORE, k);
    m.visitJumpInsn(GOTO, test);
    m.visitLabel(turn);
    body.accept(k);
    m.visitIincInsn(k, 1);
    m.visitLabel(test);
    m.visitVarInsn(ILOAD, k);
    m.visitVarInsn(ILOAD, count);
    m.visitJumpInsn(IF_ICMPLT, turn);
  }

  /** Pushes an array and the index start + k·wide + plus. */
  private void numberOf(int array, int start, int k, int wide, int plus) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, start);
    m.visitVarInsn(ILOAD, k);
    frame.push(wide);
    m.visitInsn(IMUL);
    m.visitInsn(IADD);
    frame.push(plus);
    m.visitInsn(IADD);
  }

  private static void copy(ClassWriter writer) {
    String type = NUMBERS.descriptor("([DIII[DI)V");
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "copy", type, null, null);
    m.visitCode();
    PanelWriter copy = new PanelWriter(m, 7, 0, 0);
    copy.loop(
        4,
        k -> {
          m.visitVarInsn(ALOAD, 1);
          m.visitVarInsn(ILOAD, 2);
          int number = copy.lanes.load();
          copy.numberOf(5, 6, k, NUMBERS.lanes(), 0);
          copy.lanes.store(number);
          m.visitVarInsn(ILOAD, 2);
          m.visitVarInsn(ILOAD, 3);
          m.visitInsn(IADD);
          m.visitVarInsn(ISTORE, 2);
        });
    end(m);
  }
}
