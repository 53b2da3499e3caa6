package io.flowsvi.models.vae.score;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How many samples each test image is scored with: many for a fixed subset, fewer for the rest.
 *
 * <p>The subset is the same for every model, run and seed, so that its images can be paired.
 *
 * @param samples S of the subset
 * @param subset how many images it has; all of them where there are no more
 * @param rest S of the other images; 0 leaves them out
 */
public record TestPlan(int samples, int subset, int rest) {
  /** What keys the choice of the subset. */
  private static final Seed CHOICE = Seed.of(20).fold("test subset");

  /** Checks the numbers. */
  public TestPlan {
    if (samples < 1 || subset < 1 || rest < 0) {
      throw new PplException(
          "Scores need at least 1 sample an image and a subset of at least 1 image, the rest at"
              + " least 0 samples; got "
              + samples
              + ", "
              + subset
              + " and "
              + rest
              + ".");
    }
  }

  /** All images with S samples. */
  public static TestPlan of(int samples) {
    return new TestPlan(samples, Integer.MAX_VALUE, 0);
  }

  /** The places of the subset among so many images, ascending. */
  public int[] chosen(int images) {
    int most = Math.min(subset, images);
    int[] places = new PermutationSampler(CHOICE.generator(), images, most).sample();
    Arrays.sort(places);
    return places;
  }

  /** The places of the other images, ascending; none where they are left out. */
  public int[] others(int images) {
    if (rest == 0) {
      return new int[0];
    }
    int[] chosen = chosen(images);
    return java.util.stream.IntStream.range(0, images)
        .filter(i -> Arrays.binarySearch(chosen, i) < 0)
        .toArray();
  }
}
