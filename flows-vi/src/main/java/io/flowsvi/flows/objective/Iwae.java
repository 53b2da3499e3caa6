package io.flowsvi.flows.objective;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The importance-weighted bound, with the total gradient: tighter the more samples it weighs.
 *
 * <p>L_k = E[log (1/k) Σᵢ wᵢ], w = p(x, z)/q(z); ELBO = L₁ ≤ L_k ≤ log p(x). Where all latents sit
 * in one plate each row has weights of its own. Works with any guide. The gradient of the guide
 * loses its signal as k grows (Rainforth et al. 2018): prefer {@link DoublyReparameterizedIwae}
 * where the guide scores. Burda, Grosse and Salakhutdinov (2016), eq. 8.
 *
 * @param k how many samples each bound weighs
 * @param groups how many such bounds a step averages; it draws k·groups particles
 */
public record Iwae(int k, int groups) implements Objective {
  /** Checks the numbers. */
  public Iwae {
    check(k, groups);
  }

  /** One bound of k samples a step. */
  public Iwae(int k) {
    this(k, 1);
  }

  static void check(int k, int groups) {
    if (k < 1 || groups < 1) {
      throw new PplException(
          "An importance-weighted bound needs at least 1 sample and 1 group, got k = "
              + k
              + ", groups = "
              + groups
              + ".");
    }
  }

  @Override
  public int particles() {
    return k * groups;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    return scores.total(bound(grouped(scores.logWeights(), k))).negate();
  }

  /** {@code [S, ...]} as {@code [k, S/k, ...]}. */
  static Tensor grouped(Tensor perParticle, int k) {
    Shape shape = perParticle.shape();
    return perParticle.reshape(Shape.of(k, shape.dim(0) / k).append(shape.slice(1, shape.rank())));
  }

  /** log mean w over k, then the mean over groups. */
  static Tensor bound(Tensor grouped) {
    return grouped.logSumExp(0).mean(0).minus(Math.log(grouped.shape().dim(0)));
  }
}
