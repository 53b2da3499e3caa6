package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Objects;

/**
 * The importance-weighted bound with the doubly reparameterised gradient: its signal grows with k.
 *
 * <p>The value is that of {@link Iwae}. With w̃ᵢ = wᵢ/Σw, the guide gets Σᵢ w̃ᵢ² ∂log wᵢ/∂zᵢ ∂zᵢ/∂φ
 * and the model's own parameters Σᵢ w̃ᵢ ∂log p(x, zᵢ)/∂θ. A model that reads parameters is run
 * twice to tell the two apart. Needs a guide that scores, checked at compile time. Tucker et al.
 * (2019), eq. 8.
 */
public final class DoublyReparameterizedIwae implements Objective {
  private final int k;
  private final int groups;

  /** One bound of k samples a step, for this guide. */
  public DoublyReparameterizedIwae(ScorableGuide<?> guide, int k) {
    this(guide, k, 1);
  }

  /** The mean of so many bounds of k samples a step, for this guide. */
  public DoublyReparameterizedIwae(ScorableGuide<?> guide, int k, int groups) {
    Objects.requireNonNull(guide, "guide");
    Iwae.check(k, groups);
    this.k = k;
    this.groups = groups;
  }

  @Override
  public int particles() {
    return k * groups;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    Tensor live = Iwae.grouped(scores.pathLogWeights(), k);
    Tensor latent = Iwae.grouped(scores.latentLogWeights(), k);
    Tensor share = live.stopGradient().softmax(0);
    // Towards θ: w̃ through `live` alone. Towards φ: w̃ − w̃ + w̃².
    Tensor surrogate =
        share.times(live.minus(latent)).plus(share.square().times(latent)).sum(0).mean(0);
    Tensor value = Iwae.bound(live);
    return scores.total(value.withGradientOf(surrogate)).negate();
  }

  @Override
  public String toString() {
    return "DoublyReparameterizedIwae[k=" + k + ", groups=" + groups + "]";
  }
}
