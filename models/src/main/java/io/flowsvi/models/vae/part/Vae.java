package io.flowsvi.models.vae.part;

import io.flowsvi.flows.guide.AmortizedGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A variational autoencoder: one latent vector behind each image, guessed by an encoder.
 *
 * <p>Model: z ~ prior, x ~ decoder(z). Guide: z ~ encoder(x), from a Gaussian through any chain of
 * layers. Pixels are {@code [B, P]}, latents {@code [S, B, D]}. Kingma and Welling (2014); Rezende,
 * Mohamed and Wierstra (2014).
 *
 * @param encoder from pixels as they are in {@link Images} to a sampler of latent vectors
 * @param prior of one latent vector
 * @param decoder from latent vectors to the distribution of an image's pixels
 * @param trainingSize how many images the bound is about: batches are scaled up to them
 */
public record Vae(
    Conditional<? extends Sampler> encoder,
    Distribution prior,
    Conditional<? extends Distribution> decoder,
    long trainingSize) {
  /** The latent vector of an image. */
  public static final Latent Z = new Latent("z");

  /** Its pixels. */
  public static final Observed X = new Observed("x");

  /** How images come about. */
  public Model<Images> model() {
    return (ctx, images) ->
        ctx.plate(
            plate(images),
            () -> {
              Tensor z = ctx.sample(Z, prior);
              ctx.observe(X, decoder.given(z), pixels(ctx, images));
            });
  }

  /** How latent vectors are guessed, for any encoder; see {@link #scorable}. */
  public Guide<Images> guide(ModelStructure structure) {
    return AmortizedGuide.of(structure, Z, this::plate, Vae::pixels, encoder);
  }

  /** A guide that scores given latents, for an encoder of flows. */
  public static Guide<Images> scorable(
      ModelStructure structure, Conditional<? extends Flow> encoder, long trainingSize) {
    return AmortizedGuide.scorable(
        structure, Z, images -> plate(images, trainingSize), Vae::pixels, encoder);
  }

  private Plate plate(Images images) {
    return plate(images, trainingSize);
  }

  private static Plate plate(Images images, long trainingSize) {
    return Plate.batch("image", images.rowIds(), Math.max(trainingSize, images.count()));
  }

  /** The pixels of a batch, {@code [B, P]}. */
  public static Tensor pixels(Inputs in, Images images) {
    return in.data(images.pixels(), Shape.of(images.count(), images.each()));
  }
}
