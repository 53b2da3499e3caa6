package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Ordered categories 0 to K − 1: where a logistic variable around a predictor η falls between K − 1
 * increasing cutpoints {@code [..., K − 1]}.
 *
 * <p>p(k) = σ(c_k − η) − σ(c_{k−1} − η), c_{−1} = −∞, c_{K−1} = ∞. With a = c_{k−1} − η and b = c_k
 * − η: log p(k) = log σ(b) + log σ(−a) + log(1 − e^{−(b − a)}), accurate in both tails. Give
 * cutpoints that are latent the support {@link Ordered}.
 */
public final class OrderedLogistic implements Distribution {
  private final Tensor predictor;
  private final Tensor cutpoints;
  private final List<Argument> arguments;

  private OrderedLogistic(Tensor predictor, Tensor cutpoints) {
    if (cutpoints.shape().rank() < 1) {
      throw new PplException(
          "OrderedLogistic: cutpoints must be [..., K − 1], got " + cutpoints.shape() + ".");
    }
    this.predictor = predictor;
    this.cutpoints = cutpoints;
    this.arguments =
        Arguments.of("OrderedLogistic")
            .and("predictor", predictor, Rule.REAL)
            .and("cutpoints", cutpoints, Rule.REAL)
            .list();
  }

  /** By the predictor and the increasing cutpoints on the last axis. */
  public static OrderedLogistic of(Tensor predictor, Tensor cutpoints) {
    return new OrderedLogistic(predictor, cutpoints);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static OrderedLogistic of(double predictor, Tensor cutpoints) {
    return of(Tensor.number(predictor), cutpoints);
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Category.of(cutpoints.shape().dim(-1) + 1);
  }

  /** The log probabilities of the K categories on the last axis. */
  private Categorical categories() {
    int cuts = cutpoints.shape().dim(-1);
    Tensor at = cutpoints.minus(predictor.isNumber() ? predictor : predictor.unsqueeze(-1));
    Tensor below = at.softplus().negate();
    Tensor above = at.negate().softplus().negate();
    Tensor logs = Tensor.concat(List.of(above, below.slice(-1, cuts - 1, cuts)), -1);
    if (cuts > 1) {
      Tensor gaps = cutpoints.slice(-1, 1, cuts).minus(cutpoints.slice(-1, 0, cuts - 1));
      Tensor inner = below.slice(-1, 0, cuts - 1).plus(Tails.logOneMinusExp(gaps));
      logs = logs.plus(inner.pad(-1, 1, 1));
    }
    return Categorical.logits(logs);
  }

  @Override
  public Tensor logProb(Tensor x) {
    return categories().logProb(x);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return categories().sample(seed, batch);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
