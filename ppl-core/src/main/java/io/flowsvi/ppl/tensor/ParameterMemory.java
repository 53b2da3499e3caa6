package io.flowsvi.ppl.tensor;

/**
 * Memory for a fit's parameters, their gradient and Adam's two moments: while they live there, a
 * step copies none of them to Java's doubles, and one pass over them makes the update.
 *
 * <p>Numbers there have a precision of their own. {@link ParamStore#settle} makes it the place of a
 * store's parameters; Java reads and writes them as before.
 */
public interface ParameterMemory {
  /** Room for the parameters. */
  Twin.Memory values();

  /** Room for Adam's first moments. */
  Twin.Memory first();

  /** Room for Adam's second moments. */
  Twin.Memory second();

  /** ‖g‖ of the gradient kept. */
  double gradientNorm();

  /** Copies the gradient kept to an array. */
  void readGradient(double[] gradient);

  /**
   * Moves parameters and moments along the gradient kept.
   *
   * @param rate α
   * @param count how many updates there are with this one
   * @param share c, by which the gradient is clipped
   */
  void adam(Session session, Adam rule, double rate, long count, double share);

  /**
   * How: m ← β₁m + (1 − β₁)cg; v ← β₂v + (1 − β₂)(cg)²; θ ← θ − α (m̂/(√v̂ + ε) + λθ).
   *
   * @param beta1 β₁
   * @param beta2 β₂
   * @param epsilon ε
   * @param decay λ
   */
  record Adam(double beta1, double beta2, double epsilon, double decay) {}
}
