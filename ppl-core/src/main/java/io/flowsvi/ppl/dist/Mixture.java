package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A weighted mixture of distributions on one support.
 *
 * <p>log p(x) = log Σ_k w_k p_k(x), weights by logits {@code [..., K]}, which need not be
 * normalised. Draws choose a component and are not differentiable through the choice.
 */
public final class Mixture implements Distribution {
  private final Tensor logits;
  private final List<Distribution> components;

  private Mixture(Tensor logits, List<? extends Distribution> components) {
    this.logits = logits;
    this.components = List.copyOf(components);
    if (logits.shape().rank() < 1
        || logits.shape().dim(-1) != components.size()
        || components.isEmpty()) {
      throw new PplException(
          "Mixture: logits of shape "
              + logits.shape()
              + " for "
              + components.size()
              + " components; the last size must be their number.");
    }
  }

  /** Components with weights by logits, one per component on the last axis. */
  public static Mixture of(Tensor logits, List<? extends Distribution> components) {
    return new Mixture(logits, components);
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
  public Tensor logProb(Tensor x) {
    Tensor logW = logits.logSoftmax(-1);
    Tensor first = components.get(0).logProb(x).plus(logW.at(-1, 0));
    List<Tensor> joint = new ArrayList<>(List.of(first));
    for (int k = 1; k < components.size(); k++) {
      joint.add(components.get(k).logProb(x).plus(logW.at(-1, k)));
    }
    return Tensor.stack(joint, -1).logSumExp(-1);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor choice = Categorical.logits(logits).sample(seed.fold("choice"), batch);
    for (int i = 0; i < eventShape().rank(); i++) {
      choice = choice.unsqueeze(-1);
    }
    Tensor value = components.get(0).sample(seed.fold(0), batch);
    for (int k = 1; k < components.size(); k++) {
      Tensor other = components.get(k).sample(seed.fold(k), batch);
      value = choice.equalTo(k).select(other, value);
    }
    return value.expand(batch.append(eventShape()));
  }

  @Override
  public List<Argument> arguments() {
    List<Argument> all = new ArrayList<>(List.of(new Argument("logits", logits, Rule.EXTENDED)));
    for (int k = 0; k < components.size(); k++) {
      for (Argument a : components.get(k).arguments()) {
        all.add(new Argument("component " + k + " " + a.name(), a.value(), a.rule()));
      }
    }
    return all;
  }
}
