package io.flowsvi.ppl.vector;

/**
 * Passes over all parameters of a fit, by vectors: what a step costs beside its own code.
 *
 * <p>Each pass takes whole groups of vectors; the few numbers from {@link #end} on are the
 * caller's. Bits depend on the vectors' length.
 */
public interface Sweeps {
  /**
   * From so many numbers in a vector on, roots by multiplications are quicker than the processor's
   * own: those of 8 numbers take twice as long as those of 4, products do not.
   */
  int FEWEST_LANES = 8;

  /**
   * Added to moments and subtracted again, so that they are multiples of what lies between numbers
   * near this one, 2⁻⁹³². Those of a number that has no gradient any more would fade into subnormal
   * numbers, on which processors take a hundred times as long, and stay there; they end some
   * hundreds of these multiples from 0. Larger moments than 2⁻⁸²⁷ keep their bits.
   */
  double GRAIN = 0x1p-880;

  /** The same of floats, for multiples of 2⁻¹⁰⁰. */
  float GRAIN_IN_FLOATS = 0x1p-77f;

  /** Gradients in floats are made multiples of 2⁻¹¹³ so: shares of smaller ones are subnormal. */
  float FAINT = 0x1p-90f;

  /** So many vectors are one group. */
  int GROUP = 4;

  /** Written when first needed. */
  final class Written {
    private static final Sweeps SWEEPS = SweepWriter.write();

    private Written() {}
  }

  /** The grain of a width. */
  static double grain(Width width) {
    return width == Width.DOUBLE ? GRAIN : GRAIN_IN_FLOATS;
  }

  /** Whether these passes pay for so many numbers; without the Vector API they do not exist. */
  static boolean pay(int numbers) {
    return Width.DOUBLE.lanes() >= FEWEST_LANES && VectorUnit.pay(numbers);
  }

  /** The passes; to be asked for where they {@link #pay}. */
  static Sweeps all() {
    return Written.SWEEPS;
  }

  /** The first of the numbers from..to, of a width, that a pass leaves out. */
  static int end(Width width, int from, int to) {
    return to - (to - from) % (GROUP * width.lanes());
  }

  /**
   * m ← β₁m + γ₁cg; v ← β₂v + γ₂(cg)²; θ ← θ − a m/(√(bv) + ε), element by element.
   *
   * @param values θ
   * @param first m
   * @param second v
   * @param gradient g
   * @param share c
   * @param rest1 γ₁ = 1 − β₁
   * @param rest2 γ₂ = 1 − β₂
   * @param length a
   * @param scale b
   */
  void adam(
      double[] values,
      double[] first,
      double[] second,
      double[] gradient,
      int from,
      int to,
      double share,
      double beta1,
      double rest1,
      double beta2,
      double rest2,
      double length,
      double scale,
      double epsilon);

  /** The same of floats. */
  void adam(
      float[] values,
      float[] first,
      float[] second,
      float[] gradient,
      int from,
      int to,
      float share,
      float beta1,
      float rest1,
      float beta2,
      float rest2,
      float length,
      float scale,
      float epsilon);

  /** Σ xᵢ². */
  double squares(double[] x);

  /** Σ xᵢ² of floats, up to {@link #end}; infinite where a float cannot hold it. */
  float squares(float[] x);
}
