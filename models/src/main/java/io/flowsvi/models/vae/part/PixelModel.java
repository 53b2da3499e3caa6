package io.flowsvi.models.vae.part;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.DiscretizedLogistic;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * What a decoder's numbers say about pixels: {@code [..., outputs]} to a distribution of images of
 * P pixels with grey levels 0 … L − 1.
 */
public enum PixelModel {
  /** Black or white, by logits: P numbers. For binarised images. */
  BERNOULLI {
    @Override
    int perPixel(int levels) {
      if (levels != 2) {
        throw new PplException(
            "Bernoulli pixels are black or white, but the images have "
                + levels
                + " grey levels. Likely fix: binarise them (static, dynamic), or take the pixel"
                + " model categorical, logistic or gaussian.");
      }
      return 1;
    }

    @Override
    Distribution each(Tensor numbers, int pixels, int levels) {
      return Bernoulli.logits(numbers);
    }

    @Override
    Tensor mean(Tensor numbers, int pixels, int levels) {
      return numbers.sigmoid();
    }
  },
  /** Any distribution over the grey levels, by logits: P·L numbers. */
  CATEGORICAL {
    @Override
    int perPixel(int levels) {
      return levels;
    }

    @Override
    Distribution each(Tensor numbers, int pixels, int levels) {
      return Categorical.logits(byLevel(numbers, pixels, levels));
    }

    @Override
    Tensor mean(Tensor numbers, int pixels, int levels) {
      double[] grey = new double[levels];
      for (int k = 0; k < levels; k++) {
        grey[k] = k / (levels - 1.0);
      }
      Tensor probs = byLevel(numbers, pixels, levels).softmax(-1);
      return probs.matvec(io.flowsvi.ppl.tensor.Arena.current().tensor(grey, Shape.of(levels)));
    }

    private Tensor byLevel(Tensor numbers, int pixels, int levels) {
      // Level by level, as a convolution leaves its channels.
      return numbers.reshape(numbers.shape().leading(-1).append(levels, pixels)).transpose();
    }
  },
  /** A logistic variable rounded to the grey levels: P locations and P log scales. */
  LOGISTIC {
    @Override
    int perPixel(int levels) {
      return 2;
    }

    @Override
    Distribution each(Tensor numbers, int pixels, int levels) {
      Tensor scale = logScale(numbers, pixels).exp().times((levels - 1) * START_SCALE);
      return DiscretizedLogistic.of(mean(numbers, pixels, levels).times(levels - 1), scale, levels);
    }

    @Override
    Tensor mean(Tensor numbers, int pixels, int levels) {
      return numbers.slice(-1, 0, pixels).sigmoid();
    }
  },
  /** A normal with P means and P log standard deviations; a density, so bounds may be positive. */
  GAUSSIAN {
    @Override
    int perPixel(int levels) {
      return 2;
    }

    @Override
    Distribution each(Tensor numbers, int pixels, int levels) {
      Tensor sd = logScale(numbers, pixels).exp().times((levels - 1) * START_SCALE);
      return Normal.of(mean(numbers, pixels, levels).times(levels - 1), sd);
    }

    @Override
    Tensor mean(Tensor numbers, int pixels, int levels) {
      return numbers.slice(-1, 0, pixels);
    }
  };

  /** The scale of a pixel where the decoder's number is 0, as a share of the grey range. */
  private static final double START_SCALE = 0.1;

  /**
   * Scales stay within e^±5 of where they start: a pixel that never varies would drive one to 0.
   */
  private static final double MOST_LOG_SCALE = 5;

  abstract int perPixel(int levels);

  abstract Distribution each(Tensor numbers, int pixels, int levels);

  abstract Tensor mean(Tensor numbers, int pixels, int levels);

  private static Tensor logScale(Tensor numbers, int pixels) {
    Tensor raw = numbers.slice(-1, pixels, 2 * pixels);
    return raw.times(1 / MOST_LOG_SCALE).tanh().times(MOST_LOG_SCALE);
  }

  /**
   * How many numbers a decoder gives for an image. Throws {@link PplException} where levels do not
   * suit.
   */
  public int outputs(int pixels, int levels) {
    return pixels * perPixel(levels);
  }

  /** The distribution of an image. */
  public Distribution given(Tensor numbers, int pixels, int levels) {
    return each(numbers, pixels, levels).event(pixels);
  }

  /** The mean image, {@code [..., P]}, from 0 for black to 1 for white. */
  public Tensor picture(Tensor numbers, int pixels, int levels) {
    return mean(numbers, pixels, levels);
  }
}
