package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * How grey images become black and white: each pixel is white with probability grey/(levels − 1).
 *
 * <p>Figures under static and dynamic binarisation differ by several nats: never compare them.
 */
public enum Binarisation {
  /** Grey stays grey. */
  NONE,
  /** Drawn once for the whole run. */
  STATIC,
  /** Training images are drawn anew in every epoch; held-out images once. */
  DYNAMIC;

  /** A black-and-white copy; each image's draw is keyed by its place in the set. */
  public static ImageSet draw(ImageSet grey, Seed seed) {
    float[] drawn = new float[grey.pixels().length];
    for (int i = 0; i < grey.count(); i++) {
      draw(grey, i, seed, drawn, i * grey.each());
    }
    return new ImageSet(grey.name(), grey.height(), grey.width(), 2, drawn);
  }

  static void draw(ImageSet grey, int image, Seed seed, float[] target, int at) {
    UniformRandomProvider random = seed.fold(image).generator();
    float[] pixels = grey.pixels();
    float white = grey.levels() - 1;
    int from = image * grey.each();
    for (int p = 0; p < grey.each(); p++) {
      target[at + p] = random.nextFloat() * white < pixels[from + p] ? 1 : 0;
    }
  }
}
