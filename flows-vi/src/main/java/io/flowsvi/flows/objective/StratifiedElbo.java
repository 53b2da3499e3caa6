package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.MixtureGuide;
import io.flowsvi.flows.layer.MixtureFlow;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The evidence lower bound of a mixture guide, with a part of the draws from every component.
 *
 * <p>ELBO = Σ_k w_k E_{q_k}[log p(x, z) − log q(z)], q = Σ_k w_k q_k; the inner means are over
 * draws of component k, so that the weights have a gradient without noise of their own: choosing a
 * component at random has none at all. log q is taken at the proposed values; its own gradient
 * towards the parameters has mean 0 and is left out (sticking the landing). Roeder, Wu and Duvenaud
 * (2017), section 5; Morningstar et al. (2021), eq. 6.
 */
public final class StratifiedElbo implements Objective {
  private final MixtureFlow mixture;
  private final Guide<Object> strata;
  private final int each;

  /** For this guide, with about so many particles a step: a multiple of the components. */
  public StratifiedElbo(MixtureGuide guide, int particles) {
    Elbo.check(particles);
    this.mixture = guide.mixture();
    this.strata = guide.strata();
    this.each = (particles + mixture.size() - 1) / mixture.size();
  }

  @Override
  public int particles() {
    return each * mixture.size();
  }

  @Override
  public <D> Guide<? super D> proposing(Guide<? super D> guide) {
    return strata;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    Tensor means = scores.pathLogWeights().reshape(Shape.of(mixture.size(), each)).mean(1);
    return mixture.logWeights().exp().dot(means, 0).negate();
  }
}
