package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A weighted mixture of one family: the components lie on the last axis of its parameters.
 *
 * <p>log p(x) = log Σ_k w_k p(x; θ_k), weights by logits {@code [..., K]}, which need not be
 * normalised; the component's parameters are {@code [..., K]} (before their event). All components
 * are scored at once, where {@link Mixture} takes a list of any distributions. Draws choose a
 * component and are not differentiable through the choice.
 */
public final class MixtureSameFamily implements Distribution {
  private final Tensor logits;
  private final Distribution component;
  private final int count;

  private MixtureSameFamily(Tensor logits, Distribution component) {
    if (logits.shape().rank() < 1) {
      throw new PplException(
          "MixtureSameFamily: logits must be [..., K], one per component on the last axis, got "
              + logits.shape()
              + ".");
    }
    this.logits = logits;
    this.component = component;
    this.count = logits.shape().dim(-1);
  }

  /** Weights by logits, and the family with its components on the last batch axis. */
  public static MixtureSameFamily of(Tensor logits, Distribution component) {
    return new MixtureSameFamily(logits, component);
  }

  @Override
  public Shape eventShape() {
    return component.eventShape();
  }

  @Override
  public Support support() {
    return component.support();
  }

  @Override
  public Tensor logProb(Tensor x) {
    int axis = x.shape().rank() - eventShape().rank();
    Tensor each = component.logProb(x.unsqueeze(axis));
    if (each.isNumber() || each.shape().rank() == 0 || each.shape().dim(-1) != count) {
      throw new PplException(
          "MixtureSameFamily: the logits "
              + logits.shape()
              + " are for "
              + count
              + " components, but "
              + component.name()
              + " gives log densities of shape "
              + each.shape()
              + ". Likely fix: put the components on the last axis of its parameters.");
    }
    return each.plus(logits.logSoftmax(-1)).logSumExp(-1);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor choice = Categorical.logits(logits).sample(seed.fold("choice"), batch);
    Tensor all = component.sample(seed.fold("component"), batch.append(count));
    int axis = batch.rank();
    Tensor index = choice.unsqueeze(axis);
    for (int i = 0; i < eventShape().rank(); i++) {
      index = index.unsqueeze(-1);
    }
    return all.takeAlong(axis, index.expand(index.shape())).squeeze(axis);
  }

  @Override
  public List<Argument> arguments() {
    List<Argument> all = new ArrayList<>(List.of(new Argument("logits", logits, Rule.EXTENDED)));
    for (Argument a : component.arguments()) {
      all.add(new Argument("component " + a.name(), a.value(), a.rule()));
    }
    return all;
  }
}
