package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;

/**
 * A batch of images: plain Java data.
 *
 * @param pixels {@code [rows, pixels of an image]}
 * @param rowIds which images of their set these are: keys of noise
 */
public record Images(float[] pixels, int[] rowIds) {
  /** Checks the sizes. */
  public Images {
    if (rowIds.length == 0 || pixels.length % rowIds.length != 0) {
      throw new PplException(
          "A batch of "
              + rowIds.length
              + " images has "
              + pixels.length
              + " pixels: expected the same number for each of at least one image.");
    }
  }

  /** How many images there are. */
  public int count() {
    return rowIds.length;
  }

  /** Pixels of one image. */
  public int each() {
    return pixels.length / rowIds.length;
  }

  /** Images {@code from} to {@code to} − 1 of the batch. */
  public Images range(int from, int to) {
    return new Images(
        Arrays.copyOfRange(pixels, from * each(), to * each()),
        Arrays.copyOfRange(rowIds, from, to));
  }

  /** All images of a set, as they are. */
  public static Images of(ImageSet set) {
    int[] ids = new int[set.count()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i;
    }
    return new Images(set.pixels(), ids);
  }
}
