package io.flowsvi.models.image;

import io.flowsvi.models.data.Digits;
import io.flowsvi.ppl.tensor.Seed;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where images come from: bundled, or files in a folder. Nothing is downloaded. */
@FunctionalInterface
public interface ImageSource {
  /** Grey images, split; the seed shuffles sets that have no split of their own. */
  ImageSplit read(Path folder, Seed seed);

  /**
   * The library's by name: {@code digits} (bundled), {@code mnist} (idx files, 50,000 + 10,000 +
   * 10,000), {@code freyfaces} (one idx file; 1,565 + 200 + 200).
   */
  static Map<String, ImageSource> all() {
    Map<String, ImageSource> all = new LinkedHashMap<>();
    all.put("digits", (folder, seed) -> ImageSplit.shuffled(digits(), 197, 400, seed));
    all.put("mnist", (folder, seed) -> mnist(folder));
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

  private static ImageSplit mnist(Path folder) {
    ImageSet training = IdxFile.read(folder, "train-images-idx3-ubyte").images("mnist");
    ImageSet test = IdxFile.read(folder, "t10k-images-idx3-ubyte").images("mnist");
    int held = training.count() / 6;
    int kept = training.count() - held;
    return new ImageSplit(training.range(0, kept), training.range(kept, training.count()), test);
  }
}
