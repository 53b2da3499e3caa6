package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * A convolution around the ends of the image, which the Fourier transform takes apart.
 *
 * <p>y[o, i, j] = Σ K[o, c, a, b] z[c, i + a − ⌊h/2⌋, j + b − ⌊w/2⌋], places modulo H and W.
 * Between frequencies nothing mixes: ŷ(u, v) = Ŵ(u, v) ẑ(u, v), Ŵ(u, v) = Σ K[·, ·, a, b]
 * e^{2πi(u(a − ⌊h/2⌋)/H + v(b − ⌊w/2⌋)/W)}, a complex C by C matrix; so log|det| = Σ_{u,v} log|det
 * Ŵ(u, v)|. z is {@code [..., D]}, K is {@code [C, C, h, w]}. Forward costs a convolution and the
 * determinants, H W C³; the inverse one solve for each frequency. Frequencies (u, v) and (−u, −v)
 * are conjugate, and one of each pair is computed; complex numbers are pairs of real ones.
 *
 * <p>Not every kernel is invertible: watch {@link #leastLogDet}. Maximum likelihood keeps away from
 * those that are not, where the log density falls to −∞. Starts near the identity. Hoogeboom, van
 * den Berg and Welling (2019), section 3.2.
 */
public final class PeriodicConvolution implements ImageLayer {
  private static final double START = 0.02;

  private final ImageShape image;
  private final int kernelHeight;
  private final int kernelWidth;
  private final Spectrum spectrum;

  /** With kernels of this size, at most the image's. */
  public PeriodicConvolution(ImageShape image, int kernelHeight, int kernelWidth) {
    if (kernelHeight < 1
        || kernelWidth < 1
        || kernelHeight > image.height()
        || kernelWidth > image.width()) {
      throw new LayerException(
          "PeriodicConvolution on "
              + image
              + " takes kernels from 1 x 1 to "
              + image.height()
              + " x "
              + image.width()
              + ", got "
              + kernelHeight
              + " x "
              + kernelWidth
              + ".");
    }
    this.image = image;
    this.kernelHeight = kernelHeight;
    this.kernelWidth = kernelWidth;
    this.spectrum = new Spectrum(image, kernelHeight, kernelWidth);
  }

  @Override
  public ImageShape image() {
    return image;
  }

  @Override
  public ParamLayout layout() {
    int c = image.channels();
    return ParamLayout.of("kernel", Shape.of(c, c, kernelHeight, kernelWidth));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      Init.normal(START).fill(layout, seed, values);
      int centre = kernelHeight / 2 * kernelWidth + kernelWidth / 2;
      for (int c = 0; c < image.channels(); c++) {
        values[c * (image.channels() + 1) * kernelHeight * kernelWidth + centre] += 1;
      }
    };
  }

  /**
   * The least log|det Ŵ(u, v)| over frequencies, {@code []} or of the amortised numbers' batch: −∞
   * where the map has no inverse.
   */
  public Tensor leastLogDet(Values values) {
    return spectrum.logDets(spectrum.of(values.get("kernel"))).negate().max(-1).negate();
  }

  @Override
  public Bijection bind(Values values) {
    Tensor kernel = values.get("kernel");
    Tensor matrices = spectrum.of(kernel);
    Tensor logDet = spectrum.logDet(matrices);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor around =
            image
                .images(z)
                .wrap(-2, kernelHeight / 2, (kernelHeight - 1) / 2)
                .wrap(-1, kernelWidth / 2, (kernelWidth - 1) / 2);
        return new Mapped(Filters.inside(around, kernel).reshape(z.shape()), logDet);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return new Mapped(spectrum.solve(matrices, y), logDet.negate());
      }
    };
  }
}
