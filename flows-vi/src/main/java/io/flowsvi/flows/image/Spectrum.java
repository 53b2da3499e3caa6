package io.flowsvi.flows.image;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The discrete Fourier transform of an image's periodic kernels, by products with cosine and sine
 * matrices.
 *
 * <p>A complex matrix A + iB stands as the real one with blocks (A, −B; B, A), whose determinant is
 * |det|². Of two conjugate frequencies the first is kept, and counts twice.
 */
final class Spectrum {
  private final ImageShape image;
  private final int frequencies;

  /** How often each kept frequency counts: 1 or 2. */
  private final double[] weights;

  /** The same over H W: what it adds to a pixel. */
  private final double[] shares;

  /** e^{iθ} of kernel taps, {@code [h w, F]}, and of pixels, {@code [H W, F]}. */
  private final double[] tapCosine;

  private final double[] tapSine;
  private final double[] pixelCosine;
  private final double[] pixelSine;
  private final int taps;

  Spectrum(ImageShape image, int kernelHeight, int kernelWidth) {
    this.image = image;
    int height = image.height();
    int width = image.width();
    List<int[]> kept = new ArrayList<>();
    List<Double> counts = new ArrayList<>();
    for (int u = 0; u < height; u++) {
      for (int v = 0; v < width; v++) {
        int here = u * width + v;
        int conjugate = (height - u) % height * width + (width - v) % width;
        if (here <= conjugate) {
          kept.add(new int[] {u, v});
          counts.add(here == conjugate ? 1.0 : 2.0);
        }
      }
    }
    this.frequencies = kept.size();
    this.weights = counts.stream().mapToDouble(Double::doubleValue).toArray();
    this.shares = Arrays.stream(weights).map(w -> w / image.pixels()).toArray();
    this.taps = kernelHeight * kernelWidth;
    this.tapCosine = new double[taps * frequencies];
    this.tapSine = new double[taps * frequencies];
    for (int t = 0; t < taps; t++) {
      int row = t / kernelWidth - kernelHeight / 2;
      int column = t % kernelWidth - kernelWidth / 2;
      fill(kept, row, column, t, tapCosine, tapSine);
    }
    this.pixelCosine = new double[image.pixels() * frequencies];
    this.pixelSine = new double[image.pixels() * frequencies];
    for (int p = 0; p < image.pixels(); p++) {
      fill(kept, p / width, p % width, p, pixelCosine, pixelSine);
    }
  }

  private void fill(List<int[]> kept, int row, int column, int at, double[] cosine, double[] sine) {
    for (int f = 0; f < frequencies; f++) {
      // The phase is reduced to one turn in whole numbers, which keeps all digits.
      int height = image.height();
      int width = image.width();
      long turns =
          Math.floorMod(
              (long) kept.get(f)[0] * row * width + (long) kept.get(f)[1] * column * height,
              (long) height * width);
      double angle = 2 * Math.PI * turns / ((double) height * width);
      cosine[at * frequencies + f] = Math.cos(angle);
      sine[at * frequencies + f] = Math.sin(angle);
    }
  }

  /** Ŵ of a kernel {@code [..., C, C, h, w]}: {@code [..., F, 2C, 2C]}. */
  Tensor of(Tensor kernel) {
    Arena arena = Arena.current();
    Shape batch = kernel.shape().leading(-4);
    int c = image.channels();
    Tensor flat = kernel.reshape(batch.append(c * c, taps));
    Shape table = Shape.of(taps, frequencies);
    Tensor re = flat.matmul(arena.fixed(tapCosine, table)).transpose();
    Tensor im = flat.matmul(arena.fixed(tapSine, table)).transpose();
    Shape matrices = batch.append(frequencies, c, c);
    Tensor a = re.reshape(matrices);
    Tensor b = im.reshape(matrices);
    Tensor upper = Tensor.concat(List.of(a, b.negate()), -1);
    Tensor lower = Tensor.concat(List.of(b, a), -1);
    return Tensor.concat(List.of(upper, lower), -2);
  }

  /** log|det Ŵ| of each kept frequency: {@code [..., F]}. */
  Tensor logDets(Tensor matrices) {
    return matrices.logAbsDet().times(0.5);
  }

  /** Σ log|det Ŵ| over all frequencies: {@code [...]}. */
  Tensor logDet(Tensor matrices) {
    Tensor count = Arena.current().fixed(weights, Shape.of(frequencies));
    return logDets(matrices).times(count).sum(-1);
  }

  /** z with ŷ = Ŵ ẑ at every frequency; y is {@code [..., D]}. */
  Tensor solve(Tensor matrices, Tensor y) {
    Arena arena = Arena.current();
    Tensor rows = image.channelRows(y);
    Shape table = Shape.of(image.pixels(), frequencies);
    Tensor cosine = arena.fixed(pixelCosine, table);
    Tensor sine = arena.fixed(pixelSine, table);
    // ŷ = Σ y e^{−iθ}: the sines count negative.
    Tensor spectrum =
        Tensor.concat(List.of(rows.matmul(cosine), rows.matmul(sine).negate()), -2).transpose();
    Tensor solved = matrices.inverse().matmul(spectrum.unsqueeze(-1)).squeeze(-1).transpose();
    int c = image.channels();
    Tensor count = arena.fixed(shares, Shape.of(frequencies));
    Tensor re = solved.slice(-2, 0, c).times(count);
    Tensor im = solved.slice(-2, c, 2 * c).times(count);
    Tensor z = re.matmulTransposed(cosine).minus(im.matmulTransposed(sine));
    return z.reshape(y.shape());
  }
}
