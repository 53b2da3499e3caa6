package io.flowsvi.flows.base;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * K flows with learned weights: what one flow bends badly, several share.
 *
 * <p>log p(x) = log Σ_k w_k p_k(x), w = softmax(logits); x is {@code [..., D]}. Scoring costs one
 * pass of each component and gives exact gradients to everything: priors, maximum likelihood. A
 * draw takes one component at random, and the gradient goes through its value to the component; the
 * choice has no derivative, so the weights are constants in {@link #draw}. {@link #strata()} draws
 * of every component instead, for an objective that weighs them: there the weights train.
 */
public final class FlowMixture implements Flow {
  private final List<Flow> components;
  private final Param logits;

  private FlowMixture(List<? extends Flow> components, ParamScope scope) {
    this.components = List.copyOf(components);
    if (components.size() < 2) {
      throw new PplException(
          "A mixture needs at least 2 components, got " + components.size() + ".");
    }
    for (Flow component : components) {
      if (!component.eventShape().equals(components.get(0).eventShape())) {
        throw new PplException(
            "The components of a mixture draw events of shapes "
                + components.stream().map(Flow::eventShape).toList()
                + ": they must be the same.");
      }
    }
    this.logits = scope.param("logits", Shape.of(components.size()), Init.zeros());
  }

  /** These components, with equal weights at first. */
  public static FlowMixture of(List<? extends Flow> components, ParamScope scope) {
    return new FlowMixture(components, scope);
  }

  /** K. */
  public int size() {
    return components.size();
  }

  /** log w, {@code [K]}. */
  public Tensor logWeights() {
    return logits.value().logSoftmax(-1);
  }

  @Override
  public Shape eventShape() {
    return components.get(0).eventShape();
  }

  @Override
  public Support support() {
    return components.get(0).support();
  }

  @Override
  public Tensor logProb(Tensor value) {
    return logProb(value, logWeights());
  }

  private Tensor logProb(Tensor value, Tensor logWeights) {
    List<Tensor> joint = new ArrayList<>();
    for (int k = 0; k < components.size(); k++) {
      joint.add(components.get(k).logProb(value).plus(logWeights.at(-1, k)));
    }
    return Tensor.stack(joint, -1).logSumExp(-1);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    // Component k is taken where the uniform number lies in the k-th piece of [0, 1].
    Tensor at = Arena.current().uniform(seed.fold("choice"), batch.append(1));
    Tensor ends = logWeights().stopGradient().exp().cumulativeSum(-1);
    Tensor value = components.get(0).sample(seed.fold(0), batch);
    for (int k = 1; k < components.size(); k++) {
      Tensor other = components.get(k).sample(seed.fold(k), batch);
      value = ends.slice(-1, k - 1, k).atMost(at).select(other, value);
    }
    return value;
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Tensor value = sample(seed, batch);
    return new Draw(value, logProb(value, logWeights().stopGradient()));
  }

  /**
   * The same density, whose draws {@code [K·m, ...]} are m of each component, in order. A mean over
   * them is not a mean over the mixture: weigh the blocks by {@link #logWeights()}.
   */
  public Flow strata() {
    return new Strata(this);
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  private record Strata(FlowMixture mixture) implements Flow {
    @Override
    public Shape eventShape() {
      return mixture.eventShape();
    }

    @Override
    public Support support() {
      return mixture.support();
    }

    @Override
    public Tensor logProb(Tensor value) {
      return mixture.logProb(value);
    }

    @Override
    public Tensor sample(Seed seed, Shape batch) {
      int k = mixture.size();
      if (batch.rank() == 0 || batch.dim(0) % k != 0) {
        throw new PplException(
            "A mixture of "
                + k
                + " components is drawn in equal parts, so the number of draws must be a multiple"
                + " of "
                + k
                + "; the batch is "
                + batch
                + ".");
      }
      Shape each = batch.with(0, batch.dim(0) / k);
      List<Tensor> parts = new ArrayList<>();
      for (int i = 0; i < k; i++) {
        parts.add(mixture.components.get(i).sample(seed.fold(i), each));
      }
      return Tensor.concat(parts, 0);
    }

    @Override
    public Draw draw(Seed seed, Shape batch) {
      Tensor value = sample(seed, batch);
      return new Draw(value, logProb(value));
    }

    @Override
    public List<Argument> arguments() {
      return List.of();
    }
  }
}
