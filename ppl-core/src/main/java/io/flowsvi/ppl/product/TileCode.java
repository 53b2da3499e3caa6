package io.flowsvi.ppl.product;

import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.RETURN;

import io.flowsvi.ppl.vector.Frame;
import io.flowsvi.ppl.vector.HiddenClasses;
import io.flowsvi.ppl.vector.VectorLanes;
import io.flowsvi.ppl.vector.Width;
import java.util.Set;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/**
 * What the code of all blocks of products is made of: sums in locals, indices a stride apart, a
 * loop over the inner numbers, and a method that chooses a block.
 */
record TileCode(MethodVisitor m, Frame frame, VectorLanes lanes) {
  /** A method of so many arguments, whose code begins. */
  static TileCode of(MethodVisitor m, int arguments) {
    Frame frame = new Frame(m, Width.DOUBLE, arguments);
    return new TileCode(m, frame, new VectorLanes(frame));
  }

  /** Ends a method. */
  void end() {
    m.visitInsn(RETURN);
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** Locals of so many sums that begin at 0. */
  int[] zeros(int count) {
    int[] sums = new int[count];
    for (int i = 0; i < count; i++) {
      sums[i] = frame.take(1);
      lanes.assign(sums[i], lanes.number(0));
    }
    return sums;
  }

  /** Locals of start, start + stride, start + 2 stride …; start and stride are locals. */
  int[] starts(int count, int start, int stride) {
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

  /** A loop from 0 while counter + step ≤ count, a local; returns the counter's. */
  int loop(int step, int count, IntConsumer body) {
    int counter = frame.take(1);
    m.visitInsn(ICONST_0);
    m.visitVarInsn(ISTORE, counter);
    frame.loop(counter, step, () -> pushEnd(step, count), () -> body.accept(counter));
    return counter;
  }

  private void pushEnd(int step, int count) {
    m.visitVarInsn(ILOAD, count);
    if (step > 1) {
      frame.push(step - 1);
      m.visitInsn(ISUB);
    }
  }

  /**
   * Writes {@code run}, which takes the number of a block and its arguments.
   *
   * @param type of the static methods {@code block0}, {@code block1} …
   * @param arrays which of the arguments are arrays; the others are indices
   */
  static void dispatcher(
      ClassWriter writer,
      String name,
      int blocks,
      String type,
      int arguments,
      Set<Integer> arrays) {
    String run = "(I" + type.substring(1);
    MethodVisitor m = writer.visitMethod(ACC_PUBLIC, "run", run, null, null);
    m.visitCode();
    HiddenClasses.choose(
        m,
        blocks,
        block -> {
          for (int i = 0; i < arguments; i++) {
            m.visitVarInsn(arrays.contains(i) ? ALOAD : ILOAD, i + 2);
          }
          m.visitMethodInsn(INVOKESTATIC, name, "block" + block, type, false);
        });
    m.visitEnd();
  }
}
