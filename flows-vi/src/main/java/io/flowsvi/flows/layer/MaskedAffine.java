package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Made;
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
 * Scales and shifts each coordinate by functions of those before it, given by a MADE.
 *
 * <p>y_i = z_i e^{s_i} + m_i, (m, s) functions of z_1 … z_{i−1}; log|det| = Σ s. z is {@code [...,
 * D]}. Forward costs one pass of the network; the inverse finds one coordinate after the other,
 * with the arithmetic of one pass in D small steps: {@link #withSequentialInverse} has it in its
 * type. Its pushforward is IAF, its pullback MAF. {@link Scale} says how the network's output
 * becomes s; all are invertible for any weights. The weights are the layer's own; the layout is the
 * context only, where there is one. Starts near the identity. Kingma et al. (2016), eq. 10 to 14;
 * Papamakarios, Pavlakou and Murray (2017), eq. 3.
 */
public final class MaskedAffine implements Layer {
  /** How the network's second output h becomes the log scale s. */
  public enum Scale {
    /** s = 2 tanh(h/2): slope 1 at 0, never beyond e^±2 per layer: safe in long fits. */
    SOFT,
    /** s = h: as in MAF. */
    FREE,
    /** y = g z + (1 − g) m with g = sigmoid(h + 1): Kingma's gate, which only contracts. */
    GATED;

    static final double GATE_BIAS = 1;

    /** s of those that have no gate. */
    Tensor log(Tensor h) {
      return this == FREE ? h : h.times(0.5).tanh().times(2);
    }
  }

  private final Made net;
  private final Scale scale;

  /** A layer over a network that gives two numbers for each coordinate. */
  public MaskedAffine(Made net, Scale scale) {
    if (net.settings().numbers() != 2) {
      throw new LayerException(
          "MaskedAffine needs a network of 2 numbers a coordinate, got "
              + net.settings().numbers()
              + ". Likely fix: MadeSettings.withNumbers(2).");
    }
    this.net = net;
    this.scale = scale;
  }

  /** One hidden layer of tanh units, soft scales, no context. */
  public MaskedAffine(int dim, int hidden, ParamScope scope) {
    this(Made.of(scope, dim, hidden), Scale.SOFT);
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
    Optional<Tensor> context = values.context(net.context());
    return z -> forward(z, context);
  }

  private Mapped forward(Tensor z, Optional<Tensor> context) {
    List<Tensor> numbers = net.numbers(z, context);
    Tensor m = numbers.get(0);
    Tensor h = numbers.get(1);
    if (scale == Scale.GATED) {
      Tensor open = h.plus(Scale.GATE_BIAS);
      Tensor gate = open.sigmoid();
      Tensor y = m.plus(gate.times(z.minus(m)));
      return new Mapped(y, open.negate().softplus().sum(-1).negate());
    }
    Tensor s = scale.log(h);
    return new Mapped(z.times(s.exp()).plus(m), s.sum(-1));
  }

  private Mapped inverse(Tensor y, Optional<Tensor> context) {
    return OneByOne.inverse(net, y, context, new AffineCoordinate(scale));
  }

  /** This layer with its inverse: D steps, one after the other, each unit computed once. */
  public BijectiveLayer withSequentialInverse() {
    return BijectiveLayer.of(this, this::both);
  }

  private Bijection both(Values values) {
    Optional<Tensor> context = values.context(net.context());
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return MaskedAffine.this.forward(z, context);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return MaskedAffine.this.inverse(y, context);
      }
    };
  }
}
