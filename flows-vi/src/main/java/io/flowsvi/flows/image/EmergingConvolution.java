package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.layer.Signs;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;

/**
 * A convolution that sees on all sides, as two masked convolutions in opposite orders.
 *
 * <p>y = B A z, A a masked k×k convolution in which number i (pixel after pixel, channel after
 * channel) sees itself and those before it, B one in which it sees itself and those after; log|det|
 * = H W Σ_c (a_c + b_c), where ±e^a and ±e^b are the numbers with which a channel sees itself. z is
 * {@code [..., D]}. Forward costs two convolutions; the inverse substitutes pixel after pixel, 2 H
 * W solves of order C in sequence: {@link #withSequentialInverse} has it in its type. Invertible
 * for any numbers; signs are fixed, positive unless {@link #withSigns}. Starts near the identity.
 * Hoogeboom, van den Berg and Welling (2019), section 3.1.
 */
public final class EmergingConvolution implements Layer {
  private static final double START = 0.02;

  private final ImageShape image;
  private final int size;
  private final AutoregressiveConvolution first;
  private final AutoregressiveConvolution second;

  private EmergingConvolution(ImageShape image, int size, Signs first, Signs second) {
    if (size < 1 || size % 2 == 0) {
      throw new LayerException(
          "EmergingConvolution needs a kernel of odd size, so that it has a centre, got "
              + size
              + ".");
    }
    for (Signs signs : new Signs[] {first, second}) {
      if (signs.dim() != image.channels()) {
        throw new LayerException(
            "EmergingConvolution on "
                + image
                + " needs "
                + image.channels()
                + " signs, got "
                + signs.dim()
                + ".");
      }
    }
    this.image = image;
    this.size = size;
    this.first = new AutoregressiveConvolution(image, size, first, "first");
    this.second = new AutoregressiveConvolution(image, size, second, "second");
  }

  /** With kernels of this odd size. */
  public EmergingConvolution(ImageShape image, int size) {
    this(image, size, Signs.positive(image.channels()), Signs.positive(image.channels()));
  }

  /** With these fixed signs of the two diagonals, one number a channel. */
  public EmergingConvolution withSigns(Signs ofFirst, Signs ofSecond) {
    return new EmergingConvolution(image, size, ofFirst, ofSecond);
  }

  @Override
  public int dim() {
    return image.size();
  }

  @Override
  public Shape inputShape() {
    return image.shape();
  }

  @Override
  public ParamLayout layout() {
    return second.addTo(first.addTo(ParamLayout.empty()));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      Init.normal(START).fill(layout, seed, values);
      for (Slice slice : layout.slices()) {
        if (slice.name().endsWith("LogDiagonal")) {
          int end = slice.offset() + slice.shape().size();
          java.util.Arrays.fill(values, slice.offset(), end, 0);
        }
      }
    };
  }

  @Override
  public Transform bind(Values values) {
    return z -> forward(values, z);
  }

  private Mapped forward(Values values, Tensor z) {
    // Reversing the whole vector turns around channels, rows and columns at once, and so the order.
    Tensor turned = first.forward(values, z).flip(-1);
    return new Mapped(second.forward(values, turned).flip(-1), logDet(values));
  }

  private Mapped inverse(Values values, Tensor y) {
    Tensor turned = second.inverse(values, y.flip(-1)).flip(-1);
    return new Mapped(first.inverse(values, turned), logDet(values).negate());
  }

  private Tensor logDet(Values values) {
    return first.logDet(values).plus(second.logDet(values));
  }

  /** This layer with its inverse: 2 H W solves of order C, one after the other. */
  public BijectiveLayer withSequentialInverse() {
    return new Sequential(this);
  }

  private record Sequential(EmergingConvolution layer) implements BijectiveLayer {
    @Override
    public int dim() {
      return layer.dim();
    }

    @Override
    public Shape inputShape() {
      return layer.inputShape();
    }

    @Override
    public ParamLayout layout() {
      return layer.layout();
    }

    @Override
    public Init init() {
      return layer.init();
    }

    @Override
    public String name() {
      return layer.name();
    }

    @Override
    public Bijection bind(Values values) {
      return new Bijection() {
        @Override
        public Mapped forward(Tensor z) {
          return layer.forward(values, z);
        }

        @Override
        public Mapped inverse(Tensor y) {
          return layer.inverse(values, y);
        }
      };
    }
  }
}
