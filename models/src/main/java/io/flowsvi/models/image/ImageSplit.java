package io.flowsvi.models.image;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Images to train on, to stop by, and to report.
 *
 * @param training the gradient sees these
 * @param validation early stopping sees these
 * @param test seen once, at the end
 */
public record ImageSplit(ImageSet training, ImageSet validation, ImageSet test) {
  /** The last images of a set held out: first validation's, then the test's. */
  public static ImageSplit ofLast(ImageSet all, int validation, int test) {
    int training = all.count() - validation - test;
    check(all, training, validation, test);
    return new ImageSplit(
        all.range(0, training),
        all.range(training, training + validation),
        all.range(training + validation, all.count()));
  }

  /** A set in a new order, keyed by the seed, and then {@link #ofLast}. */
  public static ImageSplit shuffled(ImageSet all, int validation, int test, Seed seed) {
    int n = all.count();
    int[] order = new PermutationSampler(seed.generator(), n, n).sample();
    return ofLast(all.take(order), validation, test);
  }

  private static void check(ImageSet all, int training, int validation, int test) {
    if (training < 1 || validation < 1 || test < 1) {
      throw new PplException(
          "Images '"
              + all.name()
              + "' has "
              + all.count()
              + " images: cannot hold out "
              + validation
              + " for validation and "
              + test
              + " for the test, and train on "
              + training
              + ". All three must be at least 1.");
    }
  }

  /** Validation and test binarised once; training stays grey where it is drawn anew each epoch. */
  public ImageSplit binarised(Binarisation how, Seed seed) {
    return switch (how) {
      case NONE -> this;
      case STATIC ->
          new ImageSplit(
              Binarisation.draw(training, seed.fold("training")), held(seed), test(seed));
      case DYNAMIC -> new ImageSplit(training, held(seed), test(seed));
    };
  }

  private ImageSet held(Seed seed) {
    return Binarisation.draw(validation, seed.fold("validation"));
  }

  private ImageSet test(Seed seed) {
    return Binarisation.draw(test, seed.fold("test"));
  }

  /** The first images of each part, for quick runs. */
  public ImageSplit first(int most) {
    return new ImageSplit(cut(training, most), cut(validation, most), cut(test, most));
  }

  private static ImageSet cut(ImageSet set, int most) {
    return set.range(0, Math.min(most, set.count()));
  }

  @Override
  public String toString() {
    return Arrays.asList(training.count(), validation.count(), test.count()).toString();
  }
}
