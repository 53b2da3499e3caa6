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
  private final Width width;

  public ScalarLanes(Frame frame) {
    this.frame = frame;
    this.m = frame.writer();
    this.width = frame.width();
  }

  @Override
  public Width width() {
    return width;
  }

  /** Writes the constants that the code will ask for. */
  public void begin(Set<Double> numbers) {
    for (double value : numbers) {
      frame.pushNumber(value);
      m.visitVarInsn(width.opcode(ISTORE), number(value));
    }
  }

  @Override
  public int number(double value) {
    return frame.number(value, width.words());
  }

  private void push(int local) {
    m.visitVarInsn(width.opcode(ILOAD), local);
  }

  private int write(int opcode, int... operands) {
    for (int operand : operands) {
      push(operand);
    }
    m.visitInsn(width.opcode(opcode));
    return frame.store();
  }

  @Override
  public int call(String owner, String name, int... operands) {
    for (int operand : operands) {
      push(operand);
      widen(m, width);
    }
    m.visitMethodInsn(INVOKESTATIC, owner, name, ofDoubles(operands.length), false);
    narrow(m, width);
    return frame.store();
  }

  /** The descriptor of a function of so many doubles. */
  static String ofDoubles(int operands) {
    return "(" + "D".repeat(operands) + ")D";
  }

  /** Makes a double of the number on the stack. */
  static void widen(MethodVisitor m, Width width) {
    if (width == Width.FLOAT) {
      m.visitInsn(F2D);
    }
  }

  /** Makes a number of the double on the stack. */
  static void narrow(MethodVisitor m, Width width) {
    if (width == Width.FLOAT) {
      m.visitInsn(D2F);
    }
  }

  /** A function of the JVM that there is for both widths. */
  private int math(String name, int... operands) {
    for (int operand : operands) {
      push(operand);
    }
    String type = width.descriptor(ofDoubles(operands.length));
    m.visitMethodInsn(INVOKESTATIC, MATH, name, type, false);
    return frame.store();
  }

  @Override
  public int plus(int a, int b) {
    return write(IADD, a, b);
  }

  @Override
  public int minus(int a, int b) {
    return write(ISUB, a, b);
  }

  @Override
  public int times(int a, int b) {
    return write(IMUL, a, b);
  }

  @Override
  public int over(int a, int b) {
    return write(IDIV, a, b);
  }

  @Override
  public int fma(int a, int b, int c) {
    return math("fma", a, b, c);
  }

  @Override
  public int max(int a, int b) {
    return math("max", a, b);
  }

  @Override
  public int min(int a, int b) {
    return math("min", a, b);
  }

  @Override
  public int negate(int a) {
    return write(INEG, a);
  }

  @Override
  public int abs(int a) {
    return math("abs", a);
  }

  @Override
  public int sqrt(int a) {
    return call(MATH, "sqrt", a);
  }

  @Override
  public int where(int a, Test test, int b, int yes, int no) {
    Label otherwise = new Label();
    Label end = new Label();
    push(a);
    push(b);
    m.visitInsn(
        width == Width.DOUBLE
            ? test == Test.EQUAL ? DCMPL : DCMPG
            : test == Test.EQUAL ? FCMPL : FCMPG);
    m.visitJumpInsn(
        switch (test) {
          case LESS -> IFGE;
          case LESS_EQUAL -> IFGT;
          case EQUAL -> IFNE;
        },
        otherwise);
    push(yes);
    m.visitJumpInsn(GOTO, end);
    m.visitLabel(otherwise);
    push(no);
    m.visitLabel(end);
    return frame.store();
  }

  @Override
  public int bits(int a) {
    push(a);
    String type = "(" + width.letter() + ")" + width.bits();
    m.visitMethodInsn(INVOKESTATIC, width.box(), width.toBits(), type, false);
    return storeBits();
  }

  private int ofBitsType(int ofInts) {
    return width.bits().getOpcode(ofInts);
  }

  private void pushBits(int local) {
    m.visitVarInsn(ofBitsType(ILOAD), local);
  }

  private int storeBits() {
    int local = frame.take(width.bits().getSize());
    m.visitVarInsn(ofBitsType(ISTORE), local);
    return local;
  }

  @Override
  public int ofBits(int bits) {
    pushBits(bits);
    String type = "(" + width.bits() + ")" + width.letter();
    m.visitMethodInsn(INVOKESTATIC, width.box(), width.ofBits(), type, false);
    return frame.store();
  }

  @Override
  public int plusBits(int bits, long value) {
    return withConstant(bits, value, IADD);
  }

  private int withConstant(int bits, long value, int opcode) {
    pushBits(bits);
    m.visitLdcInsn(width.bitsConstant(value));
    m.visitInsn(ofBitsType(opcode));
    return storeBits();
  }

  private int ofTwo(int a, int b, int opcode) {
    pushBits(a);
    pushBits(b);
    m.visitInsn(ofBitsType(opcode));
    return storeBits();
  }

  @Override
  public int minusBits(int a, int b) {
    return ofTwo(a, b, ISUB);
  }

  @Override
  public int andBits(int bits, long mask) {
    return withConstant(bits, mask, IAND);
  }

  @Override
  public int orBits(int a, int b) {
    return ofTwo(a, b, IOR);
  }

  @Override
  public int shiftLeft(int bits, int count) {
    return shift(bits, count, ISHL);
  }

  @Override
  public int shiftRight(int bits, int count) {
    return shift(bits, count, IUSHR);
  }

  private int shift(int bits, int count, int opcode) {
    pushBits(bits);
    frame.push(count);
    m.visitInsn(ofBitsType(opcode));
    return storeBits();
  }

  @Override
  public int spread(int scalar) {
    return scalar;
  }

  @Override
  public int load() {
    m.visitInsn(width.opcode(IALOAD));
    return frame.store();
  }

  @Override
  public void store(int value) {
    push(value);
    m.visitInsn(width.opcode(IASTORE));
  }

  @Override
  public void assign(int target, int value) {
    push(value);
    m.visitVarInsn(width.opcode(ISTORE), target);
  }

  @Override
  public void pushJoined(int value, Join join) {
    push(value);
  }
}
