package io.flowsvi.models.vae;

import io.flowsvi.models.image.Binarisation;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.ppl.tensor.PplException;
import java.util.function.Consumer;

/**
 * A named experiment: which parts, how large, how long. Change single things with the {@code with}
 * methods.
 *
 * @param data the data set's name
 * @param binarisation of its images
 * @param pixels what the decoder says about a pixel
 * @param encoder the encoder's name
 * @param decoder the decoder's name
 * @param flow the posterior's name
 * @param prior the prior's name
 * @param objective the objective's name
 * @param particles draws of each image in a step
 * @param latent the size of the latent vector
 * @param batch images in a step
 * @param epochs the most passes
 * @param patience epochs without a better validation bound before it stops
 * @param warmUp epochs during which the KL part is switched on
 * @param rate Adam's learning rate
 * @param cooled the rate at the end as a part of that at the start, along half a cosine; 1 for a
 *     constant rate, whose last iterates are then averaged instead
 */
public record VaeRecipe(
    String data,
    Binarisation binarisation,
    PixelModel pixels,
    String encoder,
    String decoder,
    String flow,
    String prior,
    String objective,
    int particles,
    int latent,
    int batch,
    int epochs,
    int patience,
    int warmUp,
    double rate,
    double cooled) {
  /** Checks the numbers. */
  public VaeRecipe {
    atLeast(1, "particles", particles);
    atLeast(1, "latent", latent);
    atLeast(1, "batch", batch);
    atLeast(1, "epochs", epochs);
    atLeast(1, "patience", patience);
    atLeast(0, "warm-up", warmUp);
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new PplException("A VAE's learning rate must be positive, got " + rate + ".");
    }
    if (!(cooled > 0 && cooled <= 1)) {
      throw new PplException("A VAE's cooled rate must be in (0, 1], got " + cooled + ".");
    }
  }

  private static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new PplException(
          "A VAE's " + name + " must be at least " + least + ", got " + value + ".");
    }
  }

  /** The bundled digits with small networks: seconds. */
  public static VaeRecipe digits() {
    return new VaeRecipe(
        "digits",
        Binarisation.DYNAMIC,
        PixelModel.BERNOULLI,
        "small",
        "small",
        "none",
        "standard",
        "elbo",
        1,
        16,
        100,
        80,
        30,
        15,
        2e-3,
        0.01);
  }

  /** MNIST as in Tomczak and Welling (2016): 300-300 gated, 40 latents, dynamic binarisation. */
  public static VaeRecipe mnist() {
    return new VaeRecipe(
        "mnist",
        Binarisation.DYNAMIC,
        PixelModel.BERNOULLI,
        "gated",
        "gated",
        "none",
        "standard",
        "elbo",
        1,
        40,
        100,
        400,
        50,
        10,
        1e-3,
        1);
  }

  /**
   * Frey's faces in 256 grey levels, split as in van den Berg et al. (2018), but with dense
   * networks and a discretised logistic instead of 256 logits a pixel, whose last layer alone would
   * have 43 million weights.
   */
  public static VaeRecipe freyFaces() {
    return new VaeRecipe(
        "freyfaces",
        Binarisation.NONE,
        PixelModel.LOGISTIC,
        "gated",
        "gated",
        "none",
        "standard",
        "elbo",
        1,
        40,
        25,
        80,
        80,
        5,
        2e-3,
        0.01);
  }

  /** The parts while some change. */
  private static final class Draft {
    private String data;
    private Binarisation binarisation;
    private PixelModel pixels;
    private String encoder;
    private String decoder;
    private String flow;
    private String prior;
    private String objective;
    private int particles;
    private int latent;
    private int batch;
    private int epochs;
    private int patience;
    private int warmUp;
    private double rate;
    private double cooled;

    Draft(VaeRecipe from) {
      data = from.data;
      binarisation = from.binarisation;
      pixels = from.pixels;
      encoder = from.encoder;
      decoder = from.decoder;
      flow = from.flow;
      prior = from.prior;
      objective = from.objective;
      particles = from.particles;
      latent = from.latent;
      batch = from.batch;
      epochs = from.epochs;
      patience = from.patience;
      warmUp = from.warmUp;
      rate = from.rate;
      cooled = from.cooled;
    }

    VaeRecipe recipe() {
      return new VaeRecipe(
          data,
          binarisation,
          pixels,
          encoder,
          decoder,
          flow,
          prior,
          objective,
          particles,
          latent,
          batch,
          epochs,
          patience,
          warmUp,
          rate,
          cooled);
    }
  }

  private VaeRecipe with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.recipe();
  }

  /** With another flow behind the encoder's Gaussian. */
  public VaeRecipe withFlow(String other) {
    return with(d -> d.flow = other);
  }

  /** With another prior. */
  public VaeRecipe withPrior(String other) {
    return with(d -> d.prior = other);
  }

  /** With other networks. */
  public VaeRecipe withNetworks(String otherEncoder, String otherDecoder) {
    return with(
        d -> {
          d.encoder = otherEncoder;
          d.decoder = otherDecoder;
        });
  }

  /** With another pixel model on images binarised so. */
  public VaeRecipe withPixels(PixelModel other, Binarisation how) {
    return with(
        d -> {
          d.pixels = other;
          d.binarisation = how;
        });
  }

  /** With another objective and so many draws of each image. */
  public VaeRecipe withObjective(String other, int draws) {
    return with(
        d -> {
          d.objective = other;
          d.particles = draws;
        });
  }

  /** With another size of the latent vector. */
  public VaeRecipe withLatent(int other) {
    return with(d -> d.latent = other);
  }

  /**
   * With other lengths, in epochs. Throws {@link PplException} where the KL part would be switched
   * on along all of them; files of fits that were made so are still read.
   *
   * @param warm epochs along which it is switched on; 0 for at once
   */
  public VaeRecipe withEpochs(int most, int patient, int warm) {
    if (warm > 0 && warm >= most) {
      throw new PplException(
          "A VAE whose KL part is switched on along "
              + warm
              + " epochs of "
              + most
              + " would never count it in full. Likely fix: more epochs, or a shorter warm-up.");
    }
    return with(
        d -> {
          d.epochs = most;
          d.patience = patient;
          d.warmUp = warm;
        });
  }

  /** With another batch size and learning rate. */
  public VaeRecipe withSteps(int otherBatch, double otherRate) {
    return with(
        d -> {
          d.batch = otherBatch;
          d.rate = otherRate;
        });
  }

  /** With another rate at the end, as a part of that at the start. */
  public VaeRecipe withCooled(double other) {
    return with(d -> d.cooled = other);
  }
}
