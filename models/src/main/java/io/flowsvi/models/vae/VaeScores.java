package io.flowsvi.models.vae;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.flows.train.Batches;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * What a VAE is worth on held-out images, image by image, in nats; sums are in double precision.
 *
 * <p>The IWAE bound with S samples, log (1/S) Σ p(x, z)/q(z), is a stochastic lower bound of log
 * p(x): its S must be quoted. Noise is keyed by the image, so that two VAEs are compared in pairs.
 *
 * @param elbo the ELBO of each image
 * @param reconstruction its part E_q log p(x | z)
 * @param bound the importance-weighted bound of each image
 * @param kHat how heavy the tail of each image's weights is; NaN where there are too few samples
 * @param samples S
 * @param latentVariance the variance over images of each latent's posterior mean
 * @param pixels of an image
 */
public record VaeScores(
    double[] elbo,
    double[] reconstruction,
    double[] bound,
    double[] kHat,
    int samples,
    double[] latentVariance,
    int pixels) {
  /** Rows of the decoder in one arena: bounds memory. */
  private static final int ROWS = 2_000;

  /** A latent whose posterior mean varies more than this over images is in use. */
  private static final double ACTIVE = 0.01;

  private static final int FEWEST_FOR_K_HAT = 100;

  /** Scores every image of an epoch of batches with S samples each. */
  public static VaeScores of(
      Session session,
      VaeParts parts,
      ModelStructure structure,
      Batches<Images> batches,
      int samples,
      Seed seed) {
    Guide<Images> guide = parts.guide(structure);
    return of(session, structure, parts.vae().model(), guide, batches, samples, seed);
  }

  /** Scores under another guide of the model. */
  public static VaeScores of(
      Session session,
      ModelStructure structure,
      Model<Images> model,
      Guide<Images> guide,
      Batches<Images> batches,
      int samples,
      Seed seed) {
    if (samples < 1) {
      throw new PplException("Scores need at least 1 sample an image, got " + samples + ".");
    }
    int dim = structure.latents().get(0).real().size();
    Builder all = new Builder(samples);
    for (int b = 0; b < batches.perEpoch(); b++) {
      Images images = batches.batch(b);
      Chunk chunk = new Chunk(images.count(), samples, dim);
      int each = Math.max(1, Math.min(samples, ROWS / images.count()));
      for (int first = 0, n = 0; first < samples; first += each, n++) {
        int count = Math.min(each, samples - first);
        int from = first;
        Seed key = seed.fold(n);
        session.compute(
            arena -> {
              Proposal proposal = guide.propose(new ArenaInputs(), images, count, key);
              var trace = Scoring.run(structure, model, images, proposal.values());
              Scores scores = Scores.of(trace, proposal);
              chunk.add(from, count, scores, proposal.values().reals().get(Vae.Z));
              return count;
            });
      }
      all.add(chunk, images.each());
    }
    return all.scores();
  }

  /** The mean ELBO with its standard error over images. */
  public Estimate meanElbo() {
    return mean(elbo);
  }

  /** The mean importance-weighted bound with its standard error over images. */
  public Estimate meanBound() {
    return mean(bound);
  }

  /** The mean reconstruction part. */
  public double meanReconstruction() {
    return mean(reconstruction).value();
  }

  /** The mean KL part. */
  public double meanKl() {
    return meanReconstruction() - meanElbo().value();
  }

  /** The importance-weighted negative bound in bits per pixel: for grey images. */
  public double bitsPerDimension() {
    return -meanBound().value() / pixels / Math.log(2);
  }

  /** How many latents are in use: their posterior mean varies over images. Burda et al. (2016). */
  public int activeUnits() {
    int active = 0;
    for (double variance : latentVariance) {
      active += variance > ACTIVE ? 1 : 0;
    }
    return active;
  }

  /** The share of images whose k-hat is above 0.7: their bound may be far from log p(x). */
  public double unreliable() {
    int bad = 0;
    for (double k : kHat) {
      bad += k > 0.7 ? 1 : 0;
    }
    return (double) bad / kHat.length;
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
    return mean(differences);
  }

  /** The mean of numbers with its standard error. */
  static Estimate mean(double[] numbers) {
    double mean = java.util.Arrays.stream(numbers).average().orElseThrow();
    double squares = java.util.Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
    double n = numbers.length;
    return new Estimate(mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n));
  }

  /** What is known of one batch while its samples come in. */
  private static final class Chunk {
    private final int images;
    private final int samples;
    private final int dim;
    private final double[] weights;
    private final double[] likelihood;
    private final double[] latent;

    Chunk(int images, int samples, int dim) {
      this.images = images;
      this.samples = samples;
      this.dim = dim;
      this.weights = new double[images * samples];
      this.likelihood = new double[images];
      this.latent = new double[images * dim];
    }

    void add(int first, int count, Scores scores, Tensor z) {
      double[] logW = scores.logWeights().toDoubles();
      double[] fit = scores.pointwise(Vae.X).toDoubles();
      double[] values = z.toDoubles();
      for (int s = 0; s < count; s++) {
        for (int i = 0; i < images; i++) {
          weights[i * samples + first + s] = logW[s * images + i];
          likelihood[i] += fit[s * images + i] / samples;
          for (int d = 0; d < dim; d++) {
            latent[i * dim + d] += values[(s * images + i) * dim + d] / samples;
          }
        }
      }
    }

    double[] weights(int image) {
      return java.util.Arrays.copyOfRange(weights, image * samples, (image + 1) * samples);
    }
  }

  /** Collects the batches. */
  private static final class Builder {
    private final int samples;
    private final java.util.List<double[]> rows = new java.util.ArrayList<>();
    private final java.util.List<double[]> means = new java.util.ArrayList<>();
    private int pixels;

    Builder(int samples) {
      this.samples = samples;
    }

    void add(Chunk chunk, int each) {
      pixels = each;
      for (int i = 0; i < chunk.images; i++) {
        double[] w = chunk.weights(i);
        double k = samples < FEWEST_FOR_K_HAT ? Double.NaN : PsisReport.of(w).kHat();
        double elbo = java.util.Arrays.stream(w).average().orElseThrow();
        rows.add(new double[] {elbo, chunk.likelihood[i], logMeanExp(w), k});
        means.add(java.util.Arrays.copyOfRange(chunk.latent, i * chunk.dim, (i + 1) * chunk.dim));
      }
    }

    VaeScores scores() {
      return new VaeScores(
          column(0), column(1), column(2), column(3), samples, variances(), pixels);
    }

    private double[] column(int c) {
      return rows.stream().mapToDouble(r -> r[c]).toArray();
    }

    private double[] variances() {
      double[] result = new double[means.get(0).length];
      for (int d = 0; d < result.length; d++) {
        int at = d;
        Estimate of = mean(means.stream().mapToDouble(m -> m[at]).toArray());
        result[d] = of.standardError() * of.standardError() * means.size();
      }
      return result;
    }
  }

  /** log (1/S) Σ e^w, streamed: the largest so far is taken out of the sum. */
  static double logMeanExp(double[] logWeights) {
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (double w : logWeights) {
      if (w > largest) {
        sum = sum * Math.exp(largest - w) + 1;
        largest = w;
      } else if (w > Double.NEGATIVE_INFINITY) {
        sum += Math.exp(w - largest);
      }
    }
    return largest + Math.log(sum / logWeights.length);
  }
}
