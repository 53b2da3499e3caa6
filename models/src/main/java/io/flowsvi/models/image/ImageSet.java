package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;

/**
 * Grey images of one size: whole numbers from 0 (black) to levels − 1 (white), row by row.
 *
 * @param name for messages and reports
 * @param height of an image
 * @param width of an image
 * @param levels how many grey levels there are
 * @param pixels {@code [count, height, width]}
 */
public record ImageSet(String name, int height, int width, int levels, float[] pixels) {
  /** Checks sizes and every pixel. */
  public ImageSet {
    if (height < 1 || width < 1 || pixels.length == 0 || pixels.length % (height * width) != 0) {
      throw new PplException(
          "Images '"
              + name
              + "': "
              + pixels.length
              + " pixels are no whole number of "
              + height
              + " x "
              + width
              + " images.");
    }
    if (levels < 2) {
      throw new PplException(
          "Images '" + name + "': levels must be at least 2, got " + levels + ".");
    }
    for (int i = 0; i < pixels.length; i++) {
      float p = pixels[i];
      if (!(p >= 0 && p < levels && p == Math.rint(p))) {
        throw new PplException(
            "Images '"
                + name
                + "': pixel "
                + i % (height * width)
                + " of image "
                + i / (height * width)
                + " is "
                + p
                + ", expected a whole number from 0 to "
                + (levels - 1)
                + ". Likely fix: give the number of grey levels the array has.");
      }
    }
  }

  /** Pixels of one image. */
  public int each() {
    return height * width;
  }

  /** How many images there are. */
  public int count() {
    return pixels.length / each();
  }

  /** Images {@code from} to {@code to} − 1. */
  public ImageSet range(int from, int to) {
    if (from < 0 || to > count() || from >= to) {
      throw new PplException(
          "Images '"
              + name
              + "' has "
              + count()
              + " images; cannot take "
              + from
              + " to "
              + to
              + ".");
    }
    return with(Arrays.copyOfRange(pixels, from * each(), to * each()));
  }

  /** The images at these places. */
  public ImageSet take(int[] rows) {
    float[] some = new float[rows.length * each()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(pixels, rows[i] * each(), some, i * each(), each());
    }
    return with(some);
  }

  private ImageSet with(float[] other) {
    return new ImageSet(name, height, width, levels, other);
  }
}
