package io.flowsvi.models.vae;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.models.image.ImageBatches;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/**
 * Pictures of a trained VAE: rows of images, 0 black to 1 white.
 *
 * @param height of an image
 * @param width of an image
 * @param originals the first test images, {@code [COLUMNS, P]}
 * @param reconstructions their mean images from one draw each
 * @param samples mean images of draws from the prior, {@code [ROWS · COLUMNS, P]}
 * @param interpolations between pairs of test images, {@code [ROWS · COLUMNS, P]}
 * @param traversals one latent a row, from −3 to 3, the others at 0, {@code [ROWS · COLUMNS, P]}
 */
public record VaeGallery(
    int height,
    int width,
    double[] originals,
    double[] reconstructions,
    double[] samples,
    double[] interpolations,
    double[] traversals) {
  /** Images in a row. */
  public static final int COLUMNS = 10;

  /** Rows of a grid. */
  public static final int ROWS = 5;

  private static final double FAR = 3;

  /** Draws and decodes. */
  static VaeGallery of(Session session, VaeRun run) {
    VaeParts parts = run.parts();
    int count = Math.min(COLUMNS, run.split().test().count());
    Images images = ImageBatches.inOrder(run.split().test(), count).batch(0);
    int dim = parts.chain().dim();
    Seed seed = session.seed().fold("gallery");
    double[] z =
        session.compute(
            arena ->
                parts
                    .guide(run.structure())
                    .propose(new ArenaInputs(), images, 1, seed)
                    .values()
                    .reals()
                    .get(Vae.Z)
                    .toDoubles());
    double[] prior =
        session.compute(
            arena ->
                parts
                    .vae()
                    .prior()
                    .sample(seed.fold("prior"), Shape.of(ROWS * COLUMNS))
                    .toDoubles());
    double white = parts.shape().levels() - 1;
    double[] originals = new double[images.pixels().length];
    for (int i = 0; i < originals.length; i++) {
      originals[i] = images.pixels()[i] / white;
    }
    return new VaeGallery(
        parts.shape().height(),
        parts.shape().width(),
        originals,
        decode(session, parts, z),
        decode(session, parts, prior),
        decode(session, parts, between(z, dim)),
        decode(session, parts, along(dim)));
  }

  private static double[] decode(Session session, VaeParts parts, double[] z) {
    int dim = parts.chain().dim();
    return session.compute(
        arena -> parts.pictures(arena.tensor(z, Shape.of(z.length / dim, dim))).toDoubles());
  }

  /** Straight lines from latent 2r to latent 2r + 1. */
  private static double[] between(double[] z, int dim) {
    int known = z.length / dim;
    double[] all = new double[ROWS * COLUMNS * dim];
    for (int r = 0; r < ROWS; r++) {
      int from = 2 * r % known * dim;
      int to = (2 * r + 1) % known * dim;
      for (int c = 0; c < COLUMNS; c++) {
        double share = c / (COLUMNS - 1.0);
        for (int d = 0; d < dim; d++) {
          all[(r * COLUMNS + c) * dim + d] = (1 - share) * z[from + d] + share * z[to + d];
        }
      }
    }
    return all;
  }

  private static double[] along(int dim) {
    double[] all = new double[ROWS * COLUMNS * dim];
    Arrays.fill(all, 0);
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        all[(r * COLUMNS + c) * dim + r % dim] = FAR * (2 * c / (COLUMNS - 1.0) - 1);
      }
    }
    return all;
  }
}
