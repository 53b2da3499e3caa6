package io.flowsvi.ppl.vector;

import static org.objectweb.asm.Opcodes.*;

import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** Arithmetic on single numbers. */
public final class ScalarLanes implements Lanes {
  private static final String MATH = "java/lang/Math";

  private final Frame frame;
  private final MethodVisitor m;

  public ScalarLanes(Frame frame) {
    this.frame = frame;
    this.m = frame.writer();
  }

  /** Writes the constants that the code will ask for. */
  public void begin(Set<Double> numbers) {
    for (double value : numbers) {
      m.visitLdcInsn(value);
      m.visitVarInsn(DSTORE, number(value));
    }
  }

  @Override
  public int number(double value) {
    return frame.number(value, 2);
  }

  private int write(int opcode, int... operands) {
    for (int operand : operands) {
      m.visitVarInsn(DLOAD, operand);
    }
    m.visitInsn(opcode);
    return frame.store();
  }

  @Override
  public int call(String owner, String name, int... operands) {
    for (int operand : operands) {
      m.visitVarInsn(DLOAD, operand);
    }
    String type = "(" + "D".repeat(operands.length) + ")D";
    m.visitMethodInsn(INVOKESTATIC, owner, name, type, false);
    return frame.store();
  }

  @Override
  public int plus(int a, int b) {
    return write(DADD, a, b);
  }

  @Override
  public int minus(int a, int b) {
    return write(DSUB, a, b);
  }

  @Override
  public int times(int a, int b) {
    return write(DMUL, a, b);
  }

  @Override
  public int over(int a, int b) {
    return write(DDIV, a, b);
  }

  @Override
  public int fma(int a, int b, int c) {
    return call(MATH, "fma", a, b, c);
  }

  @Override
  public int max(int a, int b) {
    return call(MATH, "max", a, b);
  }

  @Override
  public int min(int a, int b) {
    return call(MATH, "min", a, b);
  }

  @Override
  public int negate(int a) {
    return write(DNEG, a);
  }

  @Override
  public int abs(int a) {
    return call(MATH, "abs", a);
  }

  @Override
  public int sqrt(int a) {
    return call(MATH, "sqrt", a);
  }

  @Override
  public int where(int a, Test test, int b, int yes, int no) {
    Label otherwise = new Label();
    Label end = new Label();
    m.visitVarInsn(DLOAD, a);
    m.visitVarInsn(DLOAD, b);
    m.visitInsn(test == Test.EQUAL ? DCMPL : DCMPG);
    m.visitJumpInsn(
        switch (test) {
          case LESS -> IFGE;
          case LESS_EQUAL -> IFGT;
          case EQUAL -> IFNE;
        },
        otherwise);
    m.visitVarInsn(DLOAD, yes);
    m.visitJumpInsn(GOTO, end);
    m.visitLabel(otherwise);
    m.visitVarInsn(DLOAD, no);
    m.visitLabel(end);
    return frame.store();
  }

  @Override
  public int bits(int a) {
    m.visitVarInsn(DLOAD, a);
    m.visitMethodInsn(INVOKESTATIC, "java/lang/Double", "doubleToRawLongBits", "(D)J", false);
    return storeBits();
  }

  private int storeBits() {
    int local = frame.take(2);
    m.visitVarInsn(LSTORE, local);
    return local;
  }

  @Override
  public int ofBits(int bits) {
    m.visitVarInsn(LLOAD, bits);
    m.visitMethodInsn(INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
    return frame.store();
  }

  @Override
  public int plusBits(int bits, long value) {
    return withConstant(bits, value, LADD);
  }

  private int withConstant(int bits, long value, int opcode) {
    m.visitVarInsn(LLOAD, bits);
    m.visitLdcInsn(value);
    m.visitInsn(opcode);
    return storeBits();
  }

  private int ofTwo(int a, int b, int opcode) {
    m.visitVarInsn(LLOAD, a);
    m.visitVarInsn(LLOAD, b);
    m.visitInsn(opcode);
    return storeBits();
  }

  @Override
  public int minusBits(int a, int b) {
    return ofTwo(a, b, LSUB);
  }

  @Override
  public int andBits(int bits, long mask) {
    return withConstant(bits, mask, LAND);
  }

  @Override
  public int orBits(int a, int b) {
    return ofTwo(a, b, LOR);
  }

  @Override
  public int shiftLeft(int bits, int count) {
    return shift(bits, count, LSHL);
  }

  @Override
  public int shiftRight(int bits, int count) {
    return shift(bits, count, LUSHR);
  }

  private int shift(int bits, int count, int opcode) {
    m.visitVarInsn(LLOAD, bits);
    frame.push(count);
    m.visitInsn(opcode);
    return storeBits();
  }

  @Override
  public int spread(int scalar) {
    return scalar;
  }

  @Override
  public int load() {
    m.visitInsn(DALOAD);
    return frame.store();
  }

  @Override
  public void store(int value) {
    m.visitVarInsn(DLOAD, value);
    m.visitInsn(DASTORE);
  }

  @Override
  public void assign(int target, int value) {
    m.visitVarInsn(DLOAD, value);
    m.visitVarInsn(DSTORE, target);
  }

  @Override
  public void pushJoined(int value, Join join) {
    m.visitVarInsn(DLOAD, value);
  }
}
