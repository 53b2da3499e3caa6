package io.flowsvi.ppl.vector;

/**
 * Writes arithmetic on local variables: each method writes one operation and returns the local that
 * holds its result. One definition of a function thereby serves single numbers ({@link
 * ScalarLanes}) and vectors of them ({@link VectorLanes}), with the same bits.
 *
 * <p>Locals of numbers and of their bits (integers as wide) must not be mixed.
 */
public interface Lanes {
  /** What two numbers are compared for; false if one is NaN. */
  enum Test {
    LESS,
    LESS_EQUAL,
    EQUAL
  }

  /** The width of the numbers. */
  Width width();

  /** A constant: it is written once, before all loops. */
  int number(double value);

  int plus(int a, int b);

  int minus(int a, int b);

  int times(int a, int b);

  int over(int a, int b);

  /** a·b + c, rounded once. */
  int fma(int a, int b, int c);

  /** As {@link Math#max}. */
  int max(int a, int b);

  /** As {@link Math#min}. */
  int min(int a, int b);

  int negate(int a);

  int abs(int a);

  int sqrt(int a);

  /** A static method of doubles, called for each lane. */
  int call(String owner, String name, int... operands);

  /** One of two numbers, whichever the test of a and b says. */
  int where(int a, Test test, int b, int yes, int no);

  /** The bits of a number. */
  int bits(int a);

  /** The number of some bits. */
  int ofBits(int bits);

  int plusBits(int bits, long value);

  int minusBits(int a, int b);

  int andBits(int bits, long mask);

  int orBits(int a, int b);

  int shiftLeft(int bits, int count);

  /** Zeros come in from the left. */
  int shiftRight(int bits, int count);

  /** A number that an existing local variable, of one number, holds for all lanes. */
  int spread(int scalar);

  /** Pops an array and an index and loads from there. */
  int load();

  /** Pops an array and an index and stores there. */
  void store(int value);

  /** Overwrites a local. */
  void assign(int target, int value);

  /** Pushes the sum or the largest of the lanes, one number. */
  void pushJoined(int value, Join join);

  /** How a reduction combines. */
  enum Join {
    SUM,
    MAX
  }
}
