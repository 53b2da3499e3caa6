package io.flowsvi.ppl.product;

import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.Lanes.Join;
import io.flowsvi.ppl.vector.Lanes.Test;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.Width;
import java.lang.invoke.MethodHandles;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** Writes the blocks of {@link Tiles}: all sums of a block are local variables. */
final class TileWriter {
  private static final String TILES = Type.getInternalName(Tiles.class);
  private static final String NAME = TILES + "Generated";
  private static final Width NUMBERS = Width.DOUBLE;
  private static final String BLOCK = NUMBERS.descriptor("([DII[DIII[DII)V");

  // The arguments of a block.
  private static final int A = 0;
  private static final int IA = 1;
  private static final int WIDE_A = 2;
  private static final int B = 3;
  private static final int IB = 4;
  private static final int WIDTH = 5;
  private static final int INNER = 6;
  private static final int OUT = 7;
  private static final int AT = 8;
  private static final int OUT_WIDTH = 9;
  private static final int ARGUMENTS = 10;

  private final TileCode code;
  private final MethodVisitor m;
  private final Frame frame;
  private final VectorLanes lanes;
  private final int rows;
  private final int columns;

  private TileWriter(MethodVisitor m, int rows, int columns) {
    this.code = TileCode.of(m, ARGUMENTS);
    this.m = m;
    this.frame = code.frame();
    this.lanes = code.lanes();
    this.rows = rows;
    this.columns = columns;
  }

  /** All blocks as one hidden class. */
  static Tiles write() {
    ClassWriter writer = HiddenClasses.begin(NAME, TILES);
    int blocks = 0;
    for (Tiles.Kind kind : Tiles.Kind.values()) {
      for (int rows : Tiles.ROWS) {
        for (int columns : Tiles.COLUMNS) {
          block(writer, blocks++, kind, rows, columns);
        }
      }
    }
    for (Tiles.Kind kind : new Tiles.Kind[] {Tiles.Kind.OUTER, Tiles.Kind.DOTS}) {
      for (int columns : Tiles.SINGLE) {
        block(writer, blocks++, kind, 1, columns);
      }
    }
    TileCode.dispatcher(writer, NAME, blocks, BLOCK, ARGUMENTS, Set.of(A, B, OUT));
    writer.visitEnd();
    return (Tiles) HiddenClasses.define(MethodHandles.lookup(), writer);
  }

  private static void block(
      ClassWriter writer, int number, Tiles.Kind kind, int rows, int columns) {
    MethodVisitor m = writer.visitMethod(ACC_STATIC, "block" + number, BLOCK, null, null);
    m.visitCode();
    TileWriter tile = new TileWriter(m, rows, columns);
    tile.lanes.begin(Set.of(0.0));
    switch (kind) {
      case OUTER -> tile.outer(tile.code.zeros(tile.rows * tile.columns), false);
      case OUTER_MORE -> tile.outer(tile.sumsSoFar(), false);
      case TURNED -> tile.outer(tile.code.zeros(tile.rows * tile.columns), true);
      case TURNED_MORE -> tile.outer(tile.sumsSoFar(), true);
      case DOTS -> tile.dots();
    }
    tile.code.end();
  }

  private int[] sumsSoFar() {
    int[] from = code.starts(rows, AT, OUT_WIDTH);
    int[] sums = new int[rows * columns];
    for (int i = 0; i < sums.length; i++) {
      element(OUT, from[i / columns], i % columns * NUMBERS.lanes());
      sums[i] = lanes.load();
    }
    return sums;
  }

  private void outer(int[] sums, boolean turned) {
    int[] from = turned ? new int[] {copied(IA)} : code.starts(rows, IA, WIDE_A);
    int row = copied(IB);
    code.loop(
        1,
        INNER,
        k -> {
          int[] b = new int[columns];
          for (int c = 0; c < columns; c++) {
            element(B, row, c * NUMBERS.lanes());
            b[c] = lanes.load();
          }
          for (int r = 0; r < rows; r++) {
            m.visitVarInsn(ALOAD, A);
            m.visitVarInsn(ILOAD, from[turned ? 0 : r]);
            if (turned) {
              frame.push(r);
            } else {
              m.visitVarInsn(ILOAD, k);
            }
            m.visitInsn(IADD);
            m.visitInsn(NUMBERS.opcode(IALOAD));
            int factor = lanes.spread(frame.store());
            for (int c = 0; c < columns; c++) {
              int sum = sums[r * columns + c];
              lanes.assign(sum, lanes.fma(b[c], factor, sum));
            }
          }
          advance(row, WIDTH);
          if (turned) {
            advance(from[0], WIDE_A);
          }
        });
    int[] to = code.starts(rows, AT, OUT_WIDTH);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        element(OUT, to[r], c * NUMBERS.lanes());
        lanes.store(sums[r * columns + c]);
      }
    }
  }

  private int copied(int local) {
    int copy = frame.take(1);
    m.visitVarInsn(ILOAD, local);
    m.visitVarInsn(ISTORE, copy);
    return copy;
  }

  private void advance(int index, int stride) {
    m.visitVarInsn(ILOAD, index);
    m.visitVarInsn(ILOAD, stride);
    m.visitInsn(IADD);
    m.visitVarInsn(ISTORE, index);
  }

  private void element(int array, int index, int plus) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, index);
    frame.push(plus);
    m.visitInsn(IADD);
  }

  private void dots() {
    int[] sums = code.zeros(rows * columns);
    int[] left = code.starts(rows, IA, WIDE_A);
    int[] right = code.starts(columns, IB, WIDTH);
    int size = NUMBERS.lanes();
    int counter = code.loop(size, INNER, k -> multiply(sums, left, right, k, a -> a));
    // What is left: the last whole vector, without the numbers that are in the sums.
    Label done = new Label();
    m.visitVarInsn(ILOAD, counter);
    m.visitVarInsn(ILOAD, INNER);
    m.visitJumpInsn(IF_ICMPGE, done);
    int iota = lanes.iota();
    int last = frame.take(1);
    m.visitVarInsn(ILOAD, INNER);
    frame.push(size);
    m.visitInsn(ISUB);
    m.visitVarInsn(ISTORE, last);
    m.visitVarInsn(ILOAD, counter);
    m.visitVarInsn(ILOAD, last);
    m.visitInsn(ISUB);
    m.visitInsn(NUMBERS.ofInt());
    int known = lanes.spread(frame.store());
    multiply(sums, left, right, last, a -> lanes.where(iota, Test.LESS, known, lanes.number(0), a));
    m.visitLabel(done);
    int[] to = code.starts(rows, AT, OUT_WIDTH);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        lanes.pushJoined(sums[r * columns + c], Join.SUM);
        int sum = frame.store();
        element(OUT, to[r], c);
        m.visitVarInsn(NUMBERS.opcode(ILOAD), sum);
        m.visitInsn(NUMBERS.opcode(IASTORE));
      }
    }
  }

  private void multiply(
      int[] sums, int[] left, int[] right, int k, java.util.function.IntUnaryOperator mask) {
    int[] b = new int[columns];
    for (int c = 0; c < columns; c++) {
      b[c] = loaded(B, right[c], k);
    }
    for (int r = 0; r < rows; r++) {
      int a = mask.applyAsInt(loaded(A, left[r], k));
      for (int c = 0; c < columns; c++) {
        int sum = sums[r * columns + c];
        lanes.assign(sum, lanes.fma(a, b[c], sum));
      }
    }
  }

  private int loaded(int array, int start, int k) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, start);
    m.visitVarInsn(ILOAD, k);
    m.visitInsn(IADD);
    return lanes.load();
  }
}
