package io.flowsvi.ppl.vector;

import static io.flowsvi.ppl.vector.Sweeps.FAINT;
import static org.objectweb.asm.Opcodes.*;

import io.flowsvi.ppl.vector.Lanes.Join;
import io.flowsvi.ppl.vector.Lanes.Test;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/** Writes {@link Sweeps} as a hidden class. */
final class SweepWriter {
  private static final String NAME = "io/flowsvi/ppl/vector/GeneratedSweeps";

  /**
   * How −√x is found from −x: without a change of sign on the way.
   *
   * @param bits less half of the bits of −x are about those of 1/√x: within 3.5 %
   * @param steps of Newton's from there: each squares the error, times 3/2
   * @param largest the −x below which the square of an approximate root overflows
   */
  private record Roots(double bits, int steps, double largest) {
    static Roots of(Width width) {
      // The sign's bit, shifted, is subtracted, too: it is added here.
      return width == Width.DOUBLE
          ? new Roots(Double.longBitsToDouble(0x5fe6eb50c7b537a9L + (1L << 62)), 3, -1e300)
          : new Roots(Float.intBitsToFloat(0x5f375a86 + (1 << 30)), 2, -1e37);
    }
  }

  private final MethodVisitor m;
  private final Frame frame;
  private final VectorLanes lanes;

  private SweepWriter(MethodVisitor m, Width width, int arguments) {
    this.m = m;
    this.frame = new Frame(m, width, arguments);
    this.lanes = new VectorLanes(frame);
  }

  static Sweeps write() {
    ClassWriter writer = HiddenClasses.begin(NAME, "io/flowsvi/ppl/vector/Sweeps");
    for (Width width : Width.values()) {
      String form = width.descriptor("([D[D[D[DIIDDDDDDDD)V");
      MethodVisitor adam = writer.visitMethod(ACC_PUBLIC, "adam", form, null, null);
      adam.visitCode();
      new SweepWriter(adam, width, SHARE + 8 * width.words()).adam();
      String type = width.descriptor("([D)D");
      MethodVisitor squares = writer.visitMethod(ACC_PUBLIC, "squares", type, null, null);
      squares.visitCode();
      new SweepWriter(squares, width, 2).squares();
    }
    writer.visitEnd();
    return (Sweeps) HiddenClasses.define(MethodHandles.lookup(), writer);
  }

  // The arguments of adam; 0 is the object.
  private static final int VALUES = 1;
  private static final int FIRST = 2;
  private static final int SECOND = 3;
  private static final int GRADIENT = 4;
  private static final int FROM = 5;
  private static final int TO = 6;
  private static final int SHARE = 7;

  private void adam() {
    Width width = frame.width();
    Roots roots = Roots.of(width);
    lanes.begin(
        Set.of(0.5, 1.5, Sweeps.grain(width), (double) FAINT, roots.bits(), roots.largest()));
    int words = width.words();
    int share = lanes.spread(SHARE);
    int beta1 = lanes.spread(SHARE + words);
    int rest1 = lanes.spread(SHARE + 2 * words);
    int beta2 = lanes.spread(SHARE + 3 * words);
    int rest2 = lanes.spread(SHARE + 4 * words);
    int length = lanes.spread(SHARE + 5 * words);
    int scale = lanes.negate(lanes.spread(SHARE + 6 * words));
    int epsilon = lanes.spread(SHARE + 7 * words);
    int grain = lanes.number(Sweeps.grain(width));
    m.visitVarInsn(ILOAD, FROM);
    loop(
        () -> m.visitVarInsn(ILOAD, TO),
        width.lanes(),
        i -> {
          int g = slope(load(GRADIENT, i), share);
          int first = lanes.fma(load(FIRST, i), beta1, lanes.fma(g, rest1, grain));
          int second =
              lanes.fma(load(SECOND, i), beta2, lanes.fma(lanes.times(g, rest2), g, grain));
          first = lanes.minus(first, grain);
          second = lanes.minus(second, grain);
          store(FIRST, i, first);
          store(SECOND, i, second);
          int size = lanes.minus(root(lanes.times(second, scale), roots), epsilon);
          int move = lanes.over(lanes.times(length, first), size);
          store(VALUES, i, lanes.plus(load(VALUES, i), move));
        });
    m.visitInsn(RETURN);
    end();
  }

  /** A share of the gradient; of floats a multiple of what lies between numbers near FAINT. */
  private int slope(int gradient, int share) {
    if (frame.width() == Width.DOUBLE) {
      return lanes.times(gradient, share);
    }
    int faint = lanes.number(FAINT);
    return lanes.minus(lanes.fma(gradient, share, faint), faint);
  }

  /** −√x for x ≥ 0, of −x: one over it by Newton's method, then the root and what it lacks. */
  private int root(int x, Roots how) {
    int largest = lanes.number(how.largest());
    int y = lanes.where(x, Test.LESS, largest, largest, x);
    int magic = lanes.bits(lanes.number(how.bits()));
    int inverse = lanes.ofBits(lanes.minusBits(magic, lanes.shiftRight(lanes.bits(y), 1)));
    int half = lanes.times(y, lanes.number(0.5));
    for (int step = 0; step < how.steps(); step++) {
      int rest = lanes.fma(lanes.times(half, inverse), inverse, lanes.number(1.5));
      inverse = lanes.times(inverse, rest);
    }
    int root = lanes.times(y, inverse);
    int lacks = lanes.fma(root, root, y);
    return lanes.fma(lanes.times(inverse, lanes.number(0.5)), lacks, root);
  }

  private static final int X = 1;

  private void squares() {
    lanes.begin(Set.of(0.0));
    // Side by side: one sum alone would wait for each addition.
    int[] sums = new int[Sweeps.GROUP];
    for (int k = 0; k < sums.length; k++) {
      sums[k] = frame.take(1);
      lanes.assign(sums[k], lanes.number(0));
    }
    int size = frame.width().lanes();
    m.visitInsn(ICONST_0);
    loop(
        () -> {
          m.visitVarInsn(ALOAD, X);
          m.visitInsn(ARRAYLENGTH);
        },
        sums.length * size,
        i -> {
          for (int k = 0; k < sums.length; k++) {
            m.visitVarInsn(ALOAD, X);
            m.visitVarInsn(ILOAD, i);
            frame.push(k * size);
            m.visitInsn(IADD);
            int x = lanes.load();
            lanes.assign(sums[k], lanes.fma(x, x, sums[k]));
          }
        });
    int all = Arrays.stream(sums).reduce(lanes::plus).orElseThrow();
    lanes.pushJoined(all, Join.SUM);
    m.visitInsn(frame.width().opcode(IRETURN));
    end();
  }

  private void end() {
    m.visitMaxs(0, 0);
    m.visitEnd();
  }

  /** Pops where to begin, and runs a body for whole groups of vectors until an end. */
  private void loop(Runnable end, int step, IntConsumer body) {
    int at = frame.take(1);
    m.visitInsn(DUP);
    m.visitVarInsn(ISTORE, at);
    // end − (end − from) % group
    int from = frame.take(1);
    m.visitVarInsn(ISTORE, from);
    end.run();
    end.run();
    m.visitVarInsn(ILOAD, from);
    m.visitInsn(ISUB);
    frame.push(Sweeps.GROUP * frame.width().lanes());
    m.visitInsn(IREM);
    m.visitInsn(ISUB);
    int to = frame.take(1);
    m.visitVarInsn(ISTORE, to);
    frame.loop(at, step, () -> m.visitVarInsn(ILOAD, to), () -> body.accept(at));
  }

  private int load(int array, int index) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, index);
    return lanes.load();
  }

  private void store(int array, int index, int value) {
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, index);
    lanes.store(value);
  }
}
