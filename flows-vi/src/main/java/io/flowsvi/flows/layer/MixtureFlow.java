package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A mixture of flows with trained weights: several modes, or a shape that one member cannot take.
 *
 * <p>q(z) = Σ_k w_k q_k(z), w = softmax(logits), equal at first; z is {@code [..., D]}. A score
 * costs one of each member and has exact gradients to everything: priors, maximum likelihood. A
 * draw takes a member by uniform noise and costs a draw and a score of each; its gradient goes
 * through the value to the member. The choice has no derivative, so weights are constants in {@link
 * #draw}: they train by {@link #strata}, with an objective that weighs the members. Members must
 * start apart to end apart.
 */
public final class MixtureFlow implements Flow {
  private final List<Flow> members;
  private final Param logits;

  /** Of these flows. Throws {@link LayerException} where their shapes differ. */
  public MixtureFlow(List<? extends Flow> members, ParamScope scope) {
    this.members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new LayerException("A mixture needs at least one flow.");
    }
    for (Flow member : members) {
      if (!member.eventShape().equals(members.get(0).eventShape())) {
        throw new LayerException(
            "The members of a mixture must have one shape, got "
                + members.stream().map(Flow::eventShape).toList()
                + ".");
      }
    }
    this.logits = scope.param("logits", Shape.of(members.size()), Init.zeros());
  }

  /** K. */
  public int size() {
    return members.size();
  }

  /** log w, {@code [K]}. */
  public Tensor logWeights() {
    return logits.value().logSoftmax(-1);
  }

  @Override
  public Shape eventShape() {
    return members.get(0).eventShape();
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor value) {
    return logProb(value, logWeights());
  }

  private Tensor logProb(Tensor value, Tensor logWeights) {
    List<Tensor> each = new ArrayList<>();
    for (int k = 0; k < members.size(); k++) {
      each.add(members.get(k).logProb(value).plus(logWeights.at(-1, k)));
    }
    return Tensor.stack(each, 0).logSumExp(0);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    // Member k is taken where the uniform number lies in the k-th piece of [0, 1].
    Tensor at = Arena.current().uniform(seed.fold("member"), batch).unsqueeze(-1);
    Tensor ends = logWeights().stopGradient().exp().cumulativeSum(-1);
    Tensor value = members.get(0).sample(seed.fold(0), batch);
    for (int k = 1; k < members.size(); k++) {
      Tensor own = members.get(k).sample(seed.fold(k), batch);
      value = ends.slice(-1, k - 1, k).atMost(at).select(own, value);
    }
    return value;
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Tensor value = sample(seed, batch);
    return new Draw(value, logProb(value, logWeights().stopGradient()));
  }

  /**
   * The same density, whose draws {@code [K·m, ...]} are m of each member, in order. A mean over
   * them is not a mean over the mixture: weigh the blocks by {@link #logWeights}.
   */
  public Flow strata() {
    return new Strata(this);
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String name() {
    return "MixtureFlow";
  }

  private record Strata(MixtureFlow mixture) implements Flow {
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
        throw new LayerException(
            "A mixture of "
                + k
                + " members is drawn in equal parts, so the number of draws must be a multiple of "
                + k
                + "; the batch is "
                + batch
                + ".");
      }
      Shape each = batch.with(0, batch.dim(0) / k);
      List<Tensor> parts = new ArrayList<>();
      for (int i = 0; i < k; i++) {
        parts.add(mixture.members.get(i).sample(seed.fold(i), each));
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
