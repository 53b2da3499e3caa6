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
   * Moments below are 0. Those of a number that has no gradient any more would fade into subnormal
   * numbers, on which processors take a hundred times as long, and stay there.
   */
  double NOTHING = 1e-280;

  /** The same of floats. */
  float NOTHING_IN_FLOATS = 1e-30f;

  /** Gradients in floats are 0 below: their squares would be subnormal, too. */
  float FAINT = 1e-15f;

  /** So many vectors are one group. */
  int GROUP = 4;

  /** Written when first needed. */
  final class Written {
    private static final Sweeps SWEEPS = SweepWriter.write();

    private Written() {}
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
