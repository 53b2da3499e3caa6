package io.flowsvi.ppl.tensor;

import java.util.List;

/**
 * An engine's memory for a fit's parameters, their gradient and Adam's two moments: while they live
 * there, a step copies none of them to Java, and one pass over them makes the update.
 *
 * <p>Numbers there have the engine's precision. {@link ParamStore#settle} makes it the place of a
 * store's parameters; Java reads and writes them as before.
 */
public interface Residence {
  /** Room for the parameters. */
  Twin.Memory values();

  /** Room for Adam's first moments. */
  Twin.Memory first();

  /** Room for Adam's second moments. */
  Twin.Memory second();

  /** Whether an engine computes in the same memory. */
  boolean serves(Engine engine);

  /** Differentiable leaves over the parameters, in order. */
  Engine.Leaves leaves(Engine engine, List<Shape> shapes);

  /** The parameter that begins at a place, to read where it lies; it is not to change meanwhile. */
  Tensor constant(Engine engine, int offset, Shape shape);

  /** Takes over the gradient of leaves from here, after their backward run. */
  void keepGradient(Engine engine, Engine.Leaves leaves);

  /** Takes over the gradient that a script has computed: the first of its results. */
  void keepGradient(Script script);

  /**
   * Code over these parameters. Its text is the body of a TorchScript function of {@code values},
   * the flat parameters, of {@code results}, which it fills, and of arguments {@code a0, a1, ...}
   * of these shapes; methods of the engine's operator module are called by {@code (self).}
   */
  Script script(String body, List<Shape> arguments, int results);

  /** ‖g‖ of the gradient kept. */
  double gradientNorm();

  /** Copies the gradient kept to an array. */
  void readGradient(double[] gradient);

  /** Moves parameters and moments along the gradient kept, which is gone then. */
  void adam(Engine engine, Adam update);

  /**
   * One update: m ← β₁m + (1 − β₁)cg; v ← β₂v + (1 − β₂)(cg)²; θ ← θ − α (m̂/(√v̂ + ε) + λθ).
   *
   * @param rate α
   * @param beta1 β₁
   * @param beta2 β₂
   * @param epsilon ε
   * @param decay λ
   * @param count how many updates there are with this one
   * @param share c, by which the gradient is clipped
   */
  record Adam(
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      long count,
      double share) {}
}
