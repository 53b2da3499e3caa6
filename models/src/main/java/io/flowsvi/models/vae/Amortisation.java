package io.flowsvi.models.vae;

import io.flowsvi.flows.guide.AmortizedGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.net.Net;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Batches;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/**
 * Refines the posterior of single images: some steps on the numbers that the encoder emitted for
 * them, everything else fixed. Kim et al. (2018); Cremer, Li and Duvenaud (2018).
 *
 * <p>What the ELBO rises by is the amortisation gap, as far as so many steps close it.
 *
 * @param before scores with the encoder's numbers
 * @param after scores with refined ones, on the same noise
 */
public record Amortisation(VaeScores before, VaeScores after) {
  /** The mean rise of the ELBO, in pairs of images. */
  public Estimate gap() {
    return after.elboAbove(before);
  }

  /**
   * The mean distance from the refined ELBO to the refined importance-weighted bound, in pairs of
   * images: an estimate from below of what the form of q costs, the approximation gap.
   */
  public Estimate left() {
    return after.boundAboveElbo();
  }

  /** Refines the images of a batch, then scores them with so many samples. */
  public static Amortisation refine(
      Session session,
      VaeParts parts,
      ModelStructure structure,
      Images images,
      int steps,
      double rate,
      int samples) {
    Seed seed = session.seed().fold("amortisation");
    int rows = images.count();
    double white = 1.0 / (parts.shape().levels() - 1);
    Shape shape = Shape.of(rows, images.each());
    double[] emitted =
        session.compute(
            arena ->
                parts
                    .numbers()
                    .emit(arena.tensor(images.pixels(), shape).times(white))
                    .toDoubles());
    ParamStore local = new ParamStore(seed);
    // The same mechanism with the image's place as context: its numbers are a column of the head.
    Network numbers = Network.of(new Places(rows), parts.chain(), local.scope("local"));
    set(local, emitted, rows);
    var sampler = sampler(parts, numbers);
    Guide<Images> guide =
        AmortizedGuide.of(
            structure,
            Vae.Z,
            batch -> Plate.batch("image", batch.rowIds(), rows),
            (in, batch) -> in.data(places(images, batch), Shape.of(batch.count(), rows)),
            sampler);
    Vae vae =
        new Vae(parts.vae().encoder(), parts.vae().prior(), parts.vae().decoder(), images.count());
    VaeScores before =
        VaeScores.of(
            session,
            structure,
            parts.vae().model(),
            parts.guide(structure),
            Batches.full(images),
            samples,
            seed);
    new Svi<>(
            session,
            local,
            structure,
            vae.model(),
            guide,
            new Elbo(4),
            SviSettings.defaults()
                .withSteps(steps)
                .withLearningRate(rate)
                .withClipNorm(Double.POSITIVE_INFINITY)
                .withEvaluation(Math.max(1, steps), 32)
                .withConvergence(Convergence.never()))
        .run(images);
    VaeScores after =
        VaeScores.of(session, structure, vae.model(), guide, Batches.full(images), samples, seed);
    return new Amortisation(before, after);
  }

  private static io.flowsvi.ppl.dist.Conditional<? extends Sampler> sampler(
      VaeParts parts, Network numbers) {
    return parts.chain().pushforward(numbers);
  }

  /** One-hot rows: where each image of a part, as scores take them, is among all. */
  private static double[] places(Images all, Images part) {
    double[] rows = new double[part.count() * all.count()];
    for (int i = 0; i < part.count(); i++) {
      for (int j = 0; j < all.count(); j++) {
        rows[i * all.count() + j] = part.rowIds()[i] == all.rowIds()[j] ? 1 : 0;
      }
    }
    return rows;
  }

  /** The head's weight is {@code [numbers, rows]}; its bias is 0. */
  private static void set(ParamStore local, double[] emitted, int rows) {
    int count = emitted.length / rows;
    double[] weight = new double[emitted.length];
    for (int i = 0; i < rows; i++) {
      for (int p = 0; p < count; p++) {
        weight[p * rows + i] = emitted[i * count + p];
      }
    }
    for (Param param : local.params()) {
      if (param.path().equals("local/weight")) {
        param.set(weight);
      } else {
        double[] zeros = new double[param.shape().size()];
        Arrays.fill(zeros, 0);
        param.set(zeros);
      }
    }
    local.freeze("local/bias");
  }

  /** Gives back its input: a one-hot place. */
  private record Places(int rows) implements Net {
    @Override
    public int inputs() {
      return rows;
    }

    @Override
    public int outputs() {
      return rows;
    }

    @Override
    public Tensor apply(Tensor x) {
      return x;
    }
  }
}
