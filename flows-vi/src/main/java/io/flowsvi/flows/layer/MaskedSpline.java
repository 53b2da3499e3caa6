package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;
import java.util.List;
import java.util.Optional;

/**
 * Bends each coordinate by a monotone rational-quadratic spline that those before it choose.
 *
 * <p>y_i = g(z_i; θ_i(z_1 … z_{i−1})), θ from a MADE of 3K − 1 numbers a coordinate, g the identity
 * outside [−B, B]; log|det| = Σ log g′. z is {@code [..., D]}. Forward costs one pass of the
 * network; the inverse finds one coordinate after the other, with the arithmetic of one pass in D
 * small steps: {@link #withSequentialInverse} has it in its type. Its pushforward is a spline IAF,
 * its pullback the spline MAF. The weights are the layer's own; the layout is the context only,
 * where there is one. Starts near the identity. Durkan, Bekasov, Murray and Papamakarios (2019),
 * section 3.2, RQ-NSF (AR).
 */
public final class MaskedSpline implements Layer {
  private final Made net;
  private final int bins;
  private final double bound;

  /** A layer of K bins in [−B, B] over a network of 3K − 1 numbers a coordinate. */
  public MaskedSpline(Made net, int bins, double bound) {
    if (bins < 2 || !(bound > 0)) {
      throw new LayerException(
          "MaskedSpline needs at least 2 bins and a positive bound, got "
              + bins
              + " and "
              + bound
              + ".");
    }
    if (net.settings().numbers() != RationalQuadratic.size(bins)) {
      throw new LayerException(
          "MaskedSpline of "
              + bins
              + " bins needs a network of "
              + RationalQuadratic.size(bins)
              + " numbers a coordinate, got "
              + net.settings().numbers()
              + ". Likely fix: MadeSettings.withNumbers("
              + RationalQuadratic.size(bins)
              + ").");
    }
    this.net = net;
    this.bins = bins;
    this.bound = bound;
  }

  /** One hidden layer of tanh units, no context. */
  public static MaskedSpline of(int dim, int hidden, int bins, double bound, ParamScope scope) {
    MadeSettings sizes =
        new MadeSettings(dim, List.of(hidden), RationalQuadratic.size(bins), 0, Activation.TANH);
    return new MaskedSpline(Made.of(scope, sizes), bins, bound);
  }

  @Override
  public int dim() {
    return net.dim();
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.context(net.context());
  }

  @Override
  public Transform bind(Values values) {
    return map(values);
  }

  /** This layer with its inverse: D steps, one after the other, each unit computed once. */
  public BijectiveLayer withSequentialInverse() {
    return BijectiveLayer.of(this, this::map);
  }

  private Bijection map(Values values) {
    Optional<Tensor> context = values.context(net.context());
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Mapped each = spline(net.table(z, context)).forward(z);
        return new Mapped(each.value(), each.logDet().sum(-1));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return OneByOne.inverse(
            net,
            y,
            context,
            // One spline a row: the table [1, N, P] of the numbers [P, N].
            (target, numbers) -> spline(numbers.transpose().unsqueeze(0)).inverse(target));
      }
    };
  }

  private RationalQuadratic spline(Tensor table) {
    return RationalQuadratic.of(table, bins, bound);
  }
}
