package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gated convolutions down to a vector, or gated transposed convolutions up to an image.
 *
 * <p>Every layer is h = (W ∗ x + b) ⊙ σ(V ∗ x + c), both halves in one kernel. Images are flat at
 * both ends: {@code [..., C·H·W]}. Height and width must be multiples of 4, at least 8. Van den
 * Berg, Hasenclever, Tomczak and Welling (2018), appendix A: kernels of 5 with 32 and 64 channels,
 * two of them with stride 2, then one as large as what remains; a decoder mirrors it and ends with
 * a linear map of each pixel's channels.
 */
public final class GatedConvolution implements Net {
  private static final int KERNEL = 5;
  private static final int PADDING = 2;

  private record Stage(Param kernel, Param bias, int channels, int stride, int padding, Way way) {}

  /** A linear map of the channels of each pixel. */
  private record Head(Param kernel, Param bias) {}

  private enum Way {
    DOWN,
    UP
  }

  private final ParamScope scope;
  private final Shape input;
  private final List<Stage> stages = new ArrayList<>();
  private Optional<Head> head = Optional.empty();
  private int outputs;

  private GatedConvolution(ParamScope scope, Shape input) {
    this.scope = scope;
    this.input = input;
  }

  /** From images of one channel to {@code features} numbers. */
  public static GatedConvolution encoder(ParamScope scope, int height, int width, int features) {
    check(height, width);
    GatedConvolution net = new GatedConvolution(scope, Shape.of(1, height, width));
    net.down(1, 32, KERNEL, KERNEL, 1, PADDING);
    net.down(32, 32, KERNEL, KERNEL, 2, PADDING);
    net.down(32, 64, KERNEL, KERNEL, 1, PADDING);
    net.down(64, 64, KERNEL, KERNEL, 2, PADDING);
    net.down(64, 64, KERNEL, KERNEL, 1, PADDING);
    net.down(64, features, height / 4, width / 4, 1, 0);
    net.outputs = features;
    return net;
  }

  /** From latent vectors to {@code channels} numbers for each pixel. */
  public static GatedConvolution decoder(
      ParamScope scope, int latent, int height, int width, int channels) {
    check(height, width);
    GatedConvolution net = new GatedConvolution(scope, Shape.of(latent, 1, 1));
    net.up(latent, 64, height / 4, width / 4, 1, 0);
    net.up(64, 64, KERNEL, KERNEL, 1, PADDING);
    net.up(64, 32, KERNEL, KERNEL, 2, PADDING);
    net.up(32, 32, KERNEL, KERNEL, 1, PADDING);
    net.up(32, 32, KERNEL, KERNEL, 2, PADDING);
    net.up(32, 32, KERNEL, KERNEL, 1, PADDING);
    net.head =
        Optional.of(
            new Head(
                scope.param("kernel", Shape.of(channels, 32, 1, 1), Init.normal(1 / Math.sqrt(32))),
                scope.param("bias", Shape.of(channels, 1, 1), Init.zeros())));
    net.outputs = channels * height * width;
    return net;
  }

  private static void check(int height, int width) {
    if (height < 8 || width < 8 || height % 4 != 0 || width % 4 != 0) {
      throw new ParameterException(
          "Gated convolutions halve images twice: height and width must be multiples of 4, at least"
              + " 8, got "
              + height
              + " x "
              + width
              + ".");
    }
  }

  private void down(int from, int to, int height, int width, int stride, int padding) {
    add(
        Shape.of(2 * to, from, height, width),
        to,
        from * height * width,
        stride,
        padding,
        Way.DOWN);
  }

  private void up(int from, int to, int height, int width, int stride, int padding) {
    int seen = from * height * width / (stride * stride);
    add(Shape.of(from, 2 * to, height, width), to, seen, stride, padding, Way.UP);
  }

  private void add(Shape kernel, int channels, int seen, int stride, int padding, Way way) {
    ParamScope own = scope.child("layer" + stages.size());
    Param weight = own.param("kernel", kernel, Init.normal(1 / Math.sqrt(Math.max(1, seen))));
    Param bias = own.param("bias", Shape.of(2 * channels, 1, 1), Init.zeros());
    stages.add(new Stage(weight, bias, channels, stride, padding, way));
  }

  @Override
  public int inputs() {
    return input.size();
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Tensor apply(Tensor x) {
    Shape batch = x.shape().leading(-1);
    Tensor h = x.reshape(Shape.of(batch.size()).append(input));
    for (Stage stage : stages) {
      Tensor kernel = stage.kernel().value();
      Tensor both =
          stage.way() == Way.DOWN
              ? h.convolve(kernel, stage.stride(), stage.padding())
              : h.transposeConvolve(kernel, stage.stride(), stage.padding(), stage.stride() - 1);
      both = both.plus(stage.bias().value());
      int c = stage.channels();
      h = both.slice(-3, 0, c).times(both.slice(-3, c, 2 * c).sigmoid());
    }
    if (head.isPresent()) {
      h = h.convolve(head.get().kernel().value(), 1, 0).plus(head.get().bias().value());
    }
    return h.reshape(batch.append(outputs));
  }
}
