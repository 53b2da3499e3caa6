package io.flowsvi.ppl.product;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.Width;
import java.lang.invoke.MethodHandles;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
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

  private final TileCode code;
  private final MethodVisitor m;
  private final Frame frame;
  private final VectorLanes lanes;
  private final int rows;
  private final int vectors;

  private PanelWriter(MethodVisitor m, int arguments, int rows, int vectors) {
    this.code = TileCode.of(m, arguments);
    this.m = m;
    this.frame = code.frame();
    this.lanes = code.lanes();
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
    TileCode.dispatcher(writer, NAME, PanelTiles.BLOCKS, BLOCK, ARGUMENTS, Set.of(A, B, OUT));
    copy(writer);
    writer.visitEnd();
    return (PanelTiles) HiddenClasses.define(MethodHandles.lookup(), writer);
  }

  private static void block(ClassWriter writer, int number, int r, int vectors) {
    MethodVisitor m = writer.visitMethod(ACC_STATIC, "block" + number, BLOCK, null, null);
    m.visitCode();
    PanelWriter tile = new PanelWriter(m, ARGUMENTS, PanelTiles.ROWS[r], vectors);
    tile.lanes.begin(Set.of(0.0));
    int[] sums =
        number == PanelTiles.block(r, vectors)
            ? tile.code.zeros(tile.rows * vectors)
            : tile.sumsSoFar();
    tile.add(sums);
    tile.store(sums);
    tile.code.end();
  }

  private int[] sumsSoFar() {
    int[] sums = new int[rows * vectors];
    int[] to = code.starts(rows, AT, WIDE_OUT);
    for (int i = 0; i < sums.length; i++) {
      result(to[i / vectors], i % vectors);
      sums[i] = lanes.load();
    }
    return sums;
  }

  private void store(int[] sums) {
    int[] to = code.starts(rows, AT, WIDE_OUT);
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

  private void add(int[] sums) {
    int[] right = code.starts(vectors, IB, APART);
    code.loop(
        1,
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
    copy.code.loop(
        1,
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
    copy.code.end();
  }
}
