package io.flowsvi.ppl.vector;

import static org.objectweb.asm.Opcodes.*;

import java.util.Set;
import org.objectweb.asm.MethodVisitor;

/**
 * Arithmetic on vectors, by calls of {@code jdk.incubator.vector} that HotSpot turns into single
 * instructions. The code is only written, so that neither compiling nor starting the project needs
 * the module.
 */
public final class VectorLanes implements Lanes {
  private static final String PACKAGE = "jdk/incubator/vector/";
  private static final String OPERATORS = PACKAGE + "VectorOperators";
  private static final String VECTOR = "L" + PACKAGE + "Vector;";
  private static final String SPECIES = "L" + PACKAGE + "VectorSpecies;";

  private final Frame frame;
  private final MethodVisitor m;
  private final Width width;
  private final String numbers;
  private final String bits;

  public VectorLanes(Frame frame) {
    this.frame = frame;
    this.m = frame.writer();
    this.width = frame.width();
    this.numbers = PACKAGE + width.vectors();
    this.bits = PACKAGE + width.bitVectors();
  }

  @Override
  public Width width() {
    return width;
  }

  /** Writes the constants that the code will ask for. */
  public void begin(Set<Double> constants) {
    for (double value : constants) {
      species();
      frame.pushNumber(value);
      broadcast();
      m.visitVarInsn(ASTORE, number(value));
    }
  }

  private void species() {
    m.visitFieldInsn(GETSTATIC, numbers, "SPECIES_PREFERRED", SPECIES);
  }

  private void broadcast() {
    m.visitMethodInsn(
        INVOKESTATIC,
        numbers,
        "broadcast",
        "(" + SPECIES + width.letter() + ")L" + numbers + ";",
        false);
  }

  private void operator(String name, String kind) {
    m.visitFieldInsn(GETSTATIC, OPERATORS, name, "L" + OPERATORS + "$" + kind + ";");
  }

  private int define() {
    int local = frame.take(1);
    m.visitVarInsn(ASTORE, local);
    return local;
  }

  @Override
  public int number(double value) {
    return frame.number(value, 1);
  }

  @Override
  public int call(String owner, String name, int... operands) {
    int result = number(0);
    String type = ScalarLanes.ofDoubles(operands.length);
    for (int lane = 0; lane < width.lanes(); lane++) {
      m.visitVarInsn(ALOAD, result);
      frame.push(lane);
      for (int operand : operands) {
        m.visitVarInsn(ALOAD, operand);
        frame.push(lane);
        m.visitMethodInsn(INVOKEVIRTUAL, numbers, "lane", "(I)" + width.letter(), false);
        ScalarLanes.widen(m, width);
      }
      m.visitMethodInsn(INVOKESTATIC, owner, name, type, false);
      ScalarLanes.narrow(m, width);
      String with = "(I" + width.letter() + ")L" + numbers + ";";
      m.visitMethodInsn(INVOKEVIRTUAL, numbers, "withLane", with, false);
      result = define();
    }
    return result;
  }

  private int method(String name, int... operands) {
    for (int operand : operands) {
      m.visitVarInsn(ALOAD, operand);
    }
    String type = "(" + VECTOR.repeat(operands.length - 1) + ")L" + numbers + ";";
    m.visitMethodInsn(INVOKEVIRTUAL, numbers, name, type, false);
    return define();
  }

  @Override
  public int plus(int a, int b) {
    return method("add", a, b);
  }

  @Override
  public int minus(int a, int b) {
    return method("sub", a, b);
  }

  @Override
  public int times(int a, int b) {
    return method("mul", a, b);
  }

  @Override
  public int over(int a, int b) {
    return method("div", a, b);
  }

  @Override
  public int fma(int a, int b, int c) {
    return method("fma", a, b, c);
  }

  @Override
  public int max(int a, int b) {
    return method("max", a, b);
  }

  @Override
  public int min(int a, int b) {
    return method("min", a, b);
  }

  @Override
  public int negate(int a) {
    return method("neg", a);
  }

  @Override
  public int abs(int a) {
    return method("abs", a);
  }

  @Override
  public int sqrt(int a) {
    return method("sqrt", a);
  }

  @Override
  public int where(int a, Test test, int b, int yes, int no) {
    m.visitVarInsn(ALOAD, no);
    m.visitVarInsn(ALOAD, yes);
    m.visitVarInsn(ALOAD, a);
    operator(
        switch (test) {
          case LESS -> "LT";
          case LESS_EQUAL -> "LE";
          case EQUAL -> "EQ";
        },
        "Comparison");
    m.visitVarInsn(ALOAD, b);
    String mask = "L" + PACKAGE + "VectorMask;";
    m.visitMethodInsn(
        INVOKEVIRTUAL,
        numbers,
        "compare",
        "(L" + OPERATORS + "$Comparison;" + VECTOR + ")" + mask,
        false);
    m.visitMethodInsn(
        INVOKEVIRTUAL, numbers, "blend", "(" + VECTOR + mask + ")L" + numbers + ";", false);
    return define();
  }

  @Override
  public int bits(int a) {
    m.visitVarInsn(ALOAD, a);
    String name = width.reinterpretAsBits();
    m.visitMethodInsn(INVOKEVIRTUAL, numbers, name, "()L" + bits + ";", false);
    return define();
  }

  @Override
  public int ofBits(int local) {
    m.visitVarInsn(ALOAD, local);
    String name = width.reinterpretAsNumbers();
    m.visitMethodInsn(INVOKEVIRTUAL, bits, name, "()L" + numbers + ";", false);
    return define();
  }

  private int bitsWith(String name, int local, long value) {
    m.visitVarInsn(ALOAD, local);
    m.visitLdcInsn(width.bitsConstant(value));
    String type = "(" + width.bits() + ")L" + bits + ";";
    m.visitMethodInsn(INVOKEVIRTUAL, bits, name, type, false);
    return define();
  }

  private int bitsOf(String name, int a, int b) {
    m.visitVarInsn(ALOAD, a);
    m.visitVarInsn(ALOAD, b);
    m.visitMethodInsn(INVOKEVIRTUAL, bits, name, "(" + VECTOR + ")L" + bits + ";", false);
    return define();
  }

  @Override
  public int plusBits(int bits, long value) {
    return bitsWith("add", bits, value);
  }

  @Override
  public int minusBits(int a, int b) {
    return bitsOf("sub", a, b);
  }

  @Override
  public int andBits(int bits, long mask) {
    return bitsWith("and", bits, mask);
  }

  @Override
  public int orBits(int a, int b) {
    return bitsOf("or", a, b);
  }

  @Override
  public int shiftLeft(int bits, int count) {
    return shift("LSHL", bits, count);
  }

  @Override
  public int shiftRight(int bits, int count) {
    return shift("LSHR", bits, count);
  }

  private int shift(String name, int local, int count) {
    m.visitVarInsn(ALOAD, local);
    operator(name, "Binary");
    m.visitLdcInsn(width.bitsConstant(count));
    String type = "(L" + OPERATORS + "$Binary;" + width.bits() + ")L" + bits + ";";
    m.visitMethodInsn(INVOKEVIRTUAL, bits, "lanewise", type, false);
    return define();
  }

  @Override
  public int spread(int scalar) {
    species();
    m.visitVarInsn(width.opcode(ILOAD), scalar);
    broadcast();
    return define();
  }

  /** 0, 1, 2 … across the lanes. */
  public int iota() {
    m.visitVarInsn(ALOAD, number(0));
    frame.push(1);
    m.visitMethodInsn(INVOKEVIRTUAL, numbers, "addIndex", "(I)L" + numbers + ";", false);
    return define();
  }

  @Override
  public int load() {
    int index = frame.take(1);
    m.visitVarInsn(ISTORE, index);
    int array = frame.take(1);
    m.visitVarInsn(ASTORE, array);
    species();
    m.visitVarInsn(ALOAD, array);
    m.visitVarInsn(ILOAD, index);
    m.visitMethodInsn(
        INVOKESTATIC,
        numbers,
        "fromArray",
        "(" + SPECIES + "[" + width.letter() + "I)L" + numbers + ";",
        false);
    return define();
  }

  @Override
  public void store(int value) {
    int index = frame.take(1);
    m.visitVarInsn(ISTORE, index);
    m.visitVarInsn(ALOAD, value);
    m.visitInsn(SWAP);
    m.visitVarInsn(ILOAD, index);
    m.visitMethodInsn(INVOKEVIRTUAL, numbers, "intoArray", "([" + width.letter() + "I)V", false);
  }

  @Override
  public void assign(int target, int value) {
    m.visitVarInsn(ALOAD, value);
    m.visitVarInsn(ASTORE, target);
  }

  @Override
  public void pushJoined(int value, Join join) {
    m.visitVarInsn(ALOAD, value);
    operator(join == Join.SUM ? "ADD" : "MAX", "Associative");
    String type = "(L" + OPERATORS + "$Associative;)" + width.letter();
    m.visitMethodInsn(INVOKEVIRTUAL, numbers, "reduceLanes", type, false);
  }
}
