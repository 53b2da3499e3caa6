package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.Matrices;
import io.flowsvi.flows.layer.Signs;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A masked convolution: number i of the vector, pixel after pixel and channel after channel within
 * a pixel, depends on itself and on those before it. Half of an {@link EmergingConvolution}.
 *
 * @param image C, H, W
 * @param size of the kernel on both axes, odd
 * @param signs of the diagonal
 * @param prefix of the names of its numbers
 */
record AutoregressiveConvolution(ImageShape image, int size, Signs signs, String prefix) {
  /** The kernel's taps before its centre that can meet a pixel from some other one. */
  private List<Integer> before() {
    List<Integer> taps = new ArrayList<>();
    for (int t = 0; t < size * size / 2; t++) {
      if (-row(t) < image.height() && Math.abs(column(t)) < image.width()) {
        taps.add(t);
      }
    }
    return taps;
  }

  private int row(int tap) {
    return tap / size - margin();
  }

  private int column(int tap) {
    return tap % size - margin();
  }

  private int margin() {
    return size / 2;
  }

  ParamLayout addTo(ParamLayout layout) {
    int c = image.channels();
    ParamLayout longer = layout.and(prefix + "LogDiagonal", Shape.of(c));
    if (c > 1) {
      longer = longer.and(prefix + "Centre", Shape.of(Matrices.strictSize(c)));
    }
    int taps = before().size();
    return taps == 0 ? longer : longer.and(prefix + "Before", Shape.of(c, c, taps));
  }

  /** H W Σ s. */
  Tensor logDet(Values values) {
    return values.get(prefix + "LogDiagonal").sum(-1).times(image.pixels());
  }

  /** The matrix at the kernel's centre, lower triangular {@code [..., C, C]}. */
  private Tensor centre(Values values) {
    Tensor diagonal = signs.times(values.get(prefix + "LogDiagonal").exp());
    Tensor strict = image.channels() == 1 ? diagonal : values.get(prefix + "Centre");
    return Matrices.lower(strict, diagonal);
  }

  /** The kernel {@code [..., C, C, size, size]}: free taps, the centre, zeros. */
  private Tensor kernel(Values values) {
    Tensor centre = centre(values).unsqueeze(-1);
    Tensor zero = Arena.current().zeros(centre.shape());
    List<Integer> taps = before();
    int[] source = new int[size * size];
    Arrays.fill(source, 1);
    source[size * size / 2] = 0;
    for (int t = 0; t < taps.size(); t++) {
      source[taps.get(t)] = 2 + t;
    }
    List<Tensor> parts = new ArrayList<>(List.of(centre, zero));
    if (!taps.isEmpty()) {
      parts.add(values.get(prefix + "Before"));
    }
    Tensor index = Arena.current().index(source, Shape.of(source.length));
    Tensor flat = Tensor.concat(parts, -1).gather(-1, index);
    return flat.reshape(flat.shape().leading(-1).append(size, size));
  }

  /** x {@code [..., D]} to y {@code [..., D]}. */
  Tensor forward(Values values, Tensor x) {
    Tensor padded = image.images(x).pad(-1, margin(), margin()).pad(-2, margin(), margin());
    return Filters.inside(padded, kernel(values)).reshape(x.shape());
  }

  /** y to x by substitution: H W solves of order C, one after the other. */
  Tensor inverse(Values values, Tensor y) {
    Tensor centre = centre(values);
    List<Integer> taps = before();
    List<Tensor> matrices = new ArrayList<>();
    for (int t = 0; t < taps.size(); t++) {
      matrices.add(values.get(prefix + "Before").at(-1, t));
    }
    Tensor given = image.channelRows(y);
    List<Tensor> found = new ArrayList<>();
    for (int pixel = 0; pixel < image.pixels(); pixel++) {
      Tensor rest = given.at(-1, pixel);
      for (int t = 0; t < taps.size(); t++) {
        int row = pixel / image.width() + row(taps.get(t));
        int column = pixel % image.width() + column(taps.get(t));
        if (row >= 0 && column >= 0 && column < image.width()) {
          Tensor seen = found.get(row * image.width() + column);
          rest = rest.minus(Matrices.times(matrices.get(t), seen));
        }
      }
      found.add(centre.solveLower(rest.unsqueeze(-1)).squeeze(-1));
    }
    return Tensor.stack(found, -1).reshape(y.shape());
  }
}
