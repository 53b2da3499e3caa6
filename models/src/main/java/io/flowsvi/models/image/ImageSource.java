package io.flowsvi.models.image;

import io.flowsvi.models.data.Digits;
import io.flowsvi.ppl.tensor.Seed;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where images come from: bundled, or files in a folder. */
@FunctionalInterface
public interface ImageSource {
  /** Grey images, split; the seed shuffles sets that have no split of their own. */
  ImageSplit read(Path folder, Seed seed);

  /** What can be downloaded into the folder; reading downloads nothing. */
  default List<RemoteFile> files() {
    return List.of();
  }

  /**
   * The library's by name: {@code digits} (bundled), {@code mnist} (idx files, 50,000 + 10,000 +
   * 10,000), {@code freyfaces} (one idx file; 1,565 + 200 + 200).
   */
  static Map<String, ImageSource> all() {
    Map<String, ImageSource> all = new LinkedHashMap<>();
    all.put("digits", (folder, seed) -> ImageSplit.shuffled(digits(), 197, 400, seed));
    all.put("mnist", new Mnist());
    all.put(
        "freyfaces",
        (folder, seed) ->
            ImageSplit.shuffled(
                IdxFile.read(folder, "freyfaces-images-idx3-ubyte").images("freyfaces"),
                200,
                200,
                seed));
    return Collections.unmodifiableMap(all);
  }

  private static ImageSet digits() {
    Digits bundled = Digits.bundled();
    float[] pixels = new float[bundled.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) bundled.pixels()[i];
    }
    return new ImageSet("digits", Digits.SIDE, Digits.SIDE, Digits.MOST + 1, pixels);
  }
}
