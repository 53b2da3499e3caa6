package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A mixture of flows with equal weights: several modes, or a shape that one member cannot take.
 *
 * <p>q(z) = (1/K) Σ_k q_k(z). Each draw takes a member by uniform noise, so gradients of draws are
 * unbiased; trained weights would need a score term, and equal members can sit on one another
 * instead. A draw costs K draws and K scores. Members must start apart to end apart.
 */
public final class MixtureFlow implements Flow {
  private final List<Flow> members;

  /** Of these flows. Throws {@link LayerException} where their shapes differ. */
  public MixtureFlow(List<? extends Flow> members) {
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
    List<Tensor> each = new ArrayList<>();
    for (Flow member : members) {
      each.add(member.logProb(value));
    }
    return Tensor.stack(each, 0).logSumExp(0).minus(Math.log(members.size()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor at = Arena.current().uniform(seed.fold("member"), batch).times(members.size());
    Tensor value = Tensor.number(0);
    for (int k = 0; k < members.size(); k++) {
      Tensor own = members.get(k).sample(seed.fold(k), batch);
      value = at.floor().equalTo(k).unsqueeze(-1).select(own, value);
    }
    return value;
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

  @Override
  public String name() {
    return "MixtureFlow";
  }
}
