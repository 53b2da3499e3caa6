package io.flowsvi.models.vae.score;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.flows.train.Batches;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores images, some with more samples than others, and collects what each is worth.
 *
 * <p>All samples of a few images go through the decoder at once rather than a few samples of many:
 * the encoder then runs once for as many decoded rows as an arena holds.
 */
public final class ImageScorer {
  /** Rows of the decoder in one arena: bounds memory. */
  private static final int ROWS = 2_000;

  private static final int FEWEST_FOR_K_HAT = 100;

  private final Session session;
  private final ModelStructure structure;
  private final Model<Images> model;
  private final Guide<Images> guide;
  private final Seed seed;
  private final List<Row> rows = new ArrayList<>();
  private int pixels;

  /** What one image is worth. */
  private record Row(
      double elbo, double reconstruction, double bound, double kHat, int samples, double[] mean) {}

  /** A scorer of images under a model and a guide; its draws are keyed by the seed. */
  public ImageScorer(
      Session session,
      ModelStructure structure,
      Model<Images> model,
      Guide<Images> guide,
      Seed seed) {
    this.session = session;
    this.structure = structure;
    this.model = model;
    this.guide = guide;
    this.seed = seed;
  }

  /** Scores every image of an epoch of batches with S samples each, beside those already scored. */
  public ImageScorer score(Batches<Images> batches, int samples) {
    if (samples < 1) {
      throw new PplException("Scores need at least 1 sample an image, got " + samples + ".");
    }
    int together = Math.max(1, ROWS / samples);
    for (int b = 0; b < batches.perEpoch(); b++) {
      Images images = batches.batch(b);
      pixels = images.each();
      for (int from = 0; from < images.count(); from += together) {
        score(images.range(from, Math.min(images.count(), from + together)), samples);
      }
    }
    return this;
  }

  private void score(Images images, int samples) {
    int each = Math.max(1, Math.min(samples, ROWS / images.count()));
    Chunk chunk = new Chunk(images.count(), samples, structure.latents().get(0).real().size());
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
    for (int i = 0; i < images.count(); i++) {
      rows.add(chunk.row(i));
    }
  }

  /** The scores of all images so far. */
  public VaeScores scores() {
    return new VaeScores(
        rows.stream().mapToDouble(Row::elbo).toArray(),
        rows.stream().mapToDouble(Row::reconstruction).toArray(),
        rows.stream().mapToDouble(Row::bound).toArray(),
        rows.stream().mapToDouble(Row::kHat).toArray(),
        rows.stream().mapToInt(Row::samples).toArray(),
        variances(),
        pixels);
  }

  private double[] variances() {
    double[] result = new double[rows.get(0).mean().length];
    for (int d = 0; d < result.length; d++) {
      int at = d;
      Estimate of = Estimate.mean(rows.stream().mapToDouble(r -> r.mean()[at]).toArray());
      result[d] = of.standardError() * of.standardError() * rows.size();
    }
    return result;
  }

  /** What is known of some images while their samples come in. */
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

    Row row(int image) {
      double[] w = Arrays.copyOfRange(weights, image * samples, (image + 1) * samples);
      double k = samples < FEWEST_FOR_K_HAT ? Double.NaN : PsisReport.of(w).kHat();
      double elbo = Arrays.stream(w).average().orElseThrow();
      double[] mean = Arrays.copyOfRange(latent, image * dim, (image + 1) * dim);
      return new Row(elbo, likelihood[image], logMeanExp(w), k, samples, mean);
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
