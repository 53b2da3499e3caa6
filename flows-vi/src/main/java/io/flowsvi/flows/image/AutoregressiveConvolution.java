package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.Matrices;
import io.flowsvi.flows.layer.Signs;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
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
  private int before() {
    return size * size / 2;
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
    return before() == 0 ? longer : longer.and(prefix + "Before", Shape.of(c, c, before()));
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
    if (before() == 0) {
      return centre.unsqueeze(-1);
    }
    Tensor taps = values.get(prefix + "Before");
    Tensor after = Arena.current().zeros(taps.shape());
    Tensor flat = Tensor.concat(List.of(taps, centre, after), -1);
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
    List<Tensor> taps = new ArrayList<>();
    for (int t = 0; t < before(); t++) {
      taps.add(values.get(prefix + "Before").at(-1, t));
    }
    Tensor given = image.channelRows(y);
    List<Tensor> found = new ArrayList<>();
    for (int pixel = 0; pixel < image.pixels(); pixel++) {
      Tensor rest = given.at(-1, pixel);
      for (int t = 0; t < before(); t++) {
        int row = pixel / image.width() + t / size - margin();
        int column = pixel % image.width() + t % size - margin();
        if (row >= 0 && column >= 0 && column < image.width()) {
          rest = rest.minus(Matrices.times(taps.get(t), found.get(row * image.width() + column)));
        }
      }
      found.add(centre.solveLower(rest.unsqueeze(-1)).squeeze(-1));
    }
    return Tensor.stack(found, -1).reshape(y.shape());
  }
}
