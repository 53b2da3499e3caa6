package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.layer.Lu;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.Qr;
import io.flowsvi.flows.layer.Signs;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mixes the channels of each pixel by one matrix: the invertible 1×1 convolution.
 *
 * <p>y[:, i, j] = W z[:, i, j]; log|det| = H W log|det W|. z is {@code [..., D]}, W is C by C.
 * {@link #lu}: W = P L U, Kingma and Dhariwal (2018), section 3.2. {@link #qr}: W = Q R, Hoogeboom,
 * van den Berg and Welling (2019), section 3.3. {@link #of} takes any bijection of C numbers in W's
 * place. Both directions cost H W C² for these two. Invertible for any numbers: diagonals are ±e^s.
 */
public final class InvertibleConvolution implements ImageLayer {
  private final ImageShape image;
  private final BijectiveLayer channels;

  private InvertibleConvolution(ImageShape image, BijectiveLayer channels) {
    if (channels.dim() != image.channels()) {
      throw new LayerException(
          "InvertibleConvolution on "
              + image
              + " needs a layer of "
              + image.channels()
              + " dimensions for the channels, got '"
              + channels.name()
              + "' of "
              + channels.dim()
              + ".");
    }
    this.image = image;
    this.channels = channels;
  }

  /** W = P L U; P and the signs of U's diagonal are random, and fixed. Starts at ±P. */
  public static InvertibleConvolution lu(ImageShape image, Seed seed) {
    int c = image.channels();
    Signs signs = Signs.random(c, seed.fold("signs"));
    return of(image, new Lu(Permutation.random(c, seed.fold("order")), signs));
  }

  /** W = Q R; Q of C reflections, random at the start; the signs of R's diagonal are fixed. */
  public static InvertibleConvolution qr(ImageShape image, Seed seed) {
    return of(image, Qr.random(Signs.random(image.channels(), seed.fold("signs"))));
  }

  /** The same layer of C dimensions at every pixel. */
  public static InvertibleConvolution of(ImageShape image, BijectiveLayer channels) {
    return new InvertibleConvolution(image, channels);
  }

  @Override
  public ImageShape image() {
    return image;
  }

  @Override
  public ParamLayout layout() {
    return channels.layout();
  }

  @Override
  public Init init() {
    return channels.init();
  }

  @Override
  public Bijection bind(Values values) {
    Bijection each = channels.bind(perPixel(values));
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return image(each.forward(pixels(z)), z.shape());
      }

      @Override
      public Mapped inverse(Tensor y) {
        return image(each.inverse(pixels(y)), y.shape());
      }
    };
  }

  /** Numbers with batch axes get one more, of size 1, for the pixels. */
  private Values perPixel(Values values) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (Slice slice : layout().slices()) {
      Tensor part = values.get(slice.name());
      int batch = part.shape().rank() - slice.shape().rank();
      parts.put(slice.name(), batch == 0 ? part : part.unsqueeze(batch));
    }
    return new Values(parts);
  }

  /** {@code [..., D]} to {@code [..., H W, C]}. */
  private Tensor pixels(Tensor flat) {
    return image.channelRows(flat).transpose();
  }

  private Mapped image(Mapped pixels, Shape flat) {
    Tensor each = pixels.logDet();
    Tensor logDet =
        each.shape().rank() == 0
            ? each.times(image.pixels())
            : each.expand(each.shape().with(-1, image.pixels())).sum(-1);
    return new Mapped(pixels.value().transpose().reshape(flat), logDet);
  }
}
