package io.flowsvi.models.vae.score;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.train.Batches;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a VAE is worth on held-out images, image by image, in nats; sums are in double precision.
 *
 * <p>The IWAE bound with S samples, log (1/S) Σ p(x, z)/q(z), is a stochastic lower bound of log
 * p(x): its S must be quoted, and means over images of different S mix bounds: take {@link
 * #scoredWith} first. Noise is keyed by the image, so that two VAEs are compared in pairs.
 *
 * @param elbo the ELBO of each image
 * @param reconstruction its part E_q log p(x | z)
 * @param bound the importance-weighted bound of each image
 * @param kHat how heavy the tail of each image's weights is; NaN where there are too few samples
 * @param samples S of each image
 * @param latentVariance the variance over images of each latent's posterior mean
 * @param pixels of an image
 */
public record VaeScores(
    double[] elbo,
    double[] reconstruction,
    double[] bound,
    double[] kHat,
    int[] samples,
    double[] latentVariance,
    int pixels) {
  /** A latent whose posterior mean varies more than this over images is in use. */
  private static final double ACTIVE = 0.01;

  /** Scores every image of an epoch of batches, under a guide of the model, with S samples each. */
  public static VaeScores of(
      Session session,
      ModelStructure structure,
      Model<Images> model,
      Guide<Images> guide,
      Batches<Images> batches,
      int samples,
      Seed seed) {
    return new ImageScorer(session, structure, model, guide, seed).score(batches, samples).scores();
  }

  /** How many images were scored. */
  public int images() {
    return elbo.length;
  }

  /** The different S that images were scored with, the largest first. */
  public List<Integer> sampleCounts() {
    return Arrays.stream(samples).boxed().distinct().sorted(Comparator.reverseOrder()).toList();
  }

  /** The images scored with this S only. Throws {@link PplException} if there are none. */
  public VaeScores scoredWith(int count) {
    int[] rows = IntStream.range(0, images()).filter(i -> samples[i] == count).toArray();
    if (rows.length == 0) {
      throw new PplException(
          "No image was scored with " + count + " samples, but with " + sampleCounts() + ".");
    }
    return new VaeScores(
        take(elbo, rows),
        take(reconstruction, rows),
        take(bound, rows),
        take(kHat, rows),
        Arrays.stream(rows).map(i -> samples[i]).toArray(),
        latentVariance,
        pixels);
  }

  private static double[] take(double[] numbers, int[] rows) {
    return Arrays.stream(rows).mapToDouble(i -> numbers[i]).toArray();
  }

  /** The mean ELBO with its standard error over images. */
  public Estimate meanElbo() {
    return Estimate.mean(elbo);
  }

  /** The mean importance-weighted bound with its standard error over images. */
  public Estimate meanBound() {
    return Estimate.mean(bound);
  }

  /** The mean reconstruction part. */
  public double meanReconstruction() {
    return Estimate.mean(reconstruction).value();
  }

  /** The mean KL part. */
  public double meanKl() {
    return meanReconstruction() - meanElbo().value();
  }

  /** The importance-weighted negative bound in bits per pixel: for grey images. */
  public double bitsPerDimension() {
    return bits(meanBound());
  }

  /** The negative ELBO in bits per pixel. */
  public double elboBitsPerDimension() {
    return bits(meanElbo());
  }

  private double bits(Estimate nats) {
    return -nats.value() / pixels / Math.log(2);
  }

  /** How many latents are in use: their posterior mean varies over images. Burda et al. (2016). */
  public int activeUnits() {
    int active = 0;
    for (double variance : latentVariance) {
      active += variance > ACTIVE ? 1 : 0;
    }
    return active;
  }

  /**
   * The share of images whose k-hat is above 0.7: their bound may be far from log p(x). Of those
   * that have one; NaN if none has.
   */
  public double unreliable() {
    double[] known = Arrays.stream(kHat).filter(k -> !Double.isNaN(k)).toArray();
    return Arrays.stream(known).map(k -> k > 0.7 ? 1 : 0).average().orElse(Double.NaN);
  }

  /**
   * How much higher these ELBOs are than others of the same images: the mean difference in pairs.
   */
  public Estimate elboAbove(VaeScores other) {
    return difference(elbo, other.elbo);
  }

  /** As {@link #elboAbove}, of the importance-weighted bounds. */
  public Estimate boundAbove(VaeScores other) {
    return difference(bound, other.bound);
  }

  /** How much higher these bounds are than these ELBOs, in pairs of images. */
  public Estimate boundAboveElbo() {
    return difference(bound, elbo);
  }

  private static Estimate difference(double[] mine, double[] others) {
    if (mine.length != others.length) {
      throw new PplException(
          "Scores of "
              + mine.length
              + " images cannot be paired with scores of "
              + others.length
              + ". Likely fix: score both on the same images.");
    }
    double[] differences = new double[mine.length];
    for (int i = 0; i < mine.length; i++) {
      differences[i] = mine[i] - others[i];
    }
    return Estimate.mean(differences);
  }
}
