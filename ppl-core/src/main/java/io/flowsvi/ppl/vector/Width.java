package io.flowsvi.ppl.vector;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * How wide the numbers of generated code are: what the JVM calls them, their arrays and their bits,
 * and where they are in the Vector API.
 */
public enum Width {
  /** 64 bits, whose bits are a long. */
  DOUBLE(Type.DOUBLE_TYPE, Type.LONG_TYPE, "Double", "Long"),
  /** 32 bits, whose bits are an int: vectors hold twice as many. */
  FLOAT(Type.FLOAT_TYPE, Type.INT_TYPE, "Float", "Int");

  private final Type number;
  private final Type bits;
  private final String name;
  private final String bitsName;

  Width(Type number, Type bits, String name, String bitsName) {
    this.number = number;
    this.bits = bits;
    this.name = name;
    this.bitsName = bitsName;
  }

  /** The letter of the type in descriptors. */
  public String letter() {
    return number.getDescriptor();
  }

  /** A descriptor written for doubles, for numbers of this width: each D is one of them. */
  public String descriptor(String ofDoubles) {
    return this == DOUBLE ? ofDoubles : ofDoubles.replace("D", letter());
  }

  /** How many words a local variable takes. */
  public int words() {
    return number.getSize();
  }

  /** An instruction for ints, as it is for these numbers: DADD or FADD for IADD. */
  public int opcode(int ofInts) {
    return number.getOpcode(ofInts);
  }

  /** The instruction that makes a number of an int. */
  public int ofInt() {
    return this == DOUBLE ? Opcodes.I2D : Opcodes.I2F;
  }

  /** A number as the constant of a class: the nearest there is, but finite if it is. */
  public Object constant(double value) {
    return this == DOUBLE ? (Object) value : (Object) narrowed(value);
  }

  /** The nearest float, but finite if the number is. */
  public static float narrowed(double value) {
    float near = (float) value;
    return Float.isInfinite(near) && !Double.isInfinite(value)
        ? Math.copySign(Float.MAX_VALUE, near)
        : near;
  }

  /** How many are in a vector; 1 without the Vector API. */
  public int lanes() {
    return VectorUnit.lanes(this);
  }

  /** The class of numbers, as in {@code java.lang.Double}. */
  String box() {
    return "java/lang/" + name;
  }

  /** The type of the bits. */
  Type bits() {
    return bits;
  }

  /** The method that takes a number to its bits. */
  String toBits() {
    return this == DOUBLE ? "doubleToRawLongBits" : "floatToRawIntBits";
  }

  /** The method that takes bits to their number. */
  String ofBits() {
    return this == DOUBLE ? "longBitsToDouble" : "intBitsToFloat";
  }

  /** Bits as the constant of a class. */
  Object bitsConstant(long value) {
    return this == DOUBLE ? (Object) value : (Object) (int) value;
  }

  /** The vector class of numbers, without its package. */
  String vectors() {
    return name + "Vector";
  }

  /** The vector class of bits, without its package. */
  String bitVectors() {
    return bitsName + "Vector";
  }

  /** What vectors of bits are read as numbers by, and the other way round. */
  String reinterpretAsNumbers() {
    return "reinterpretAs" + name + "s";
  }

  String reinterpretAsBits() {
    return "reinterpretAs" + bitsName + "s";
  }
}
