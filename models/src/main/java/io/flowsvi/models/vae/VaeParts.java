package io.flowsvi.models.vae;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.GaussianKl;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.layer.StandardNormal;
import io.flowsvi.flows.net.Net;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.LatentPrior;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.models.vae.part.VaeNets;
import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A VAE put together from networks, a chain and a prior, and the functions its pictures need.
 *
 * @param vae the model and its guide
 * @param chain the encoder's posterior: what it emits numbers for
 * @param numbers what emits them
 * @param decoder from latent vectors to the pixel model's numbers
 * @param shape of the images
 * @param pixels what the decoder's numbers say
 */
public record VaeParts(
    Vae vae, Chain chain, Network numbers, Net decoder, ImageShape shape, PixelModel pixels) {
  /**
   * The prefix of the encoder's trunk, its head, the flow's own weights, the decoder, the prior.
   */
  public static final String ENCODER = "encoder";

  /** Where the head is that turns features into the chain's numbers. */
  public static final String HEAD = "head";

  /** Where layers keep weights of their own. */
  public static final String FLOW = "flow";

  /** Where the decoder is. */
  public static final String DECODER = "decoder";

  /** Where a learnt prior is. */
  public static final String PRIOR = "prior";

  /** The size of images. */
  public record ImageShape(int height, int width, int levels) {
    /** Pixels of one image. */
    public int each() {
      return height * width;
    }
  }

  /** Makes all parts with their parameters in a store. */
  public static VaeParts build(
      ParamStore params,
      ImageShape shape,
      int latent,
      VaeNets.Encoder encoder,
      FlowFamily posterior,
      LatentPrior prior,
      VaeNets.Decoder decoder,
      PixelModel pixels,
      long trainingSize) {
    Net trunk = encoder.build(shape.height(), shape.width(), params.scope(ENCODER));
    Chain chain = posterior.build(latent, params.scope(FLOW));
    Network numbers = Network.of(trunk, chain, params.scope(HEAD));
    Net out =
        decoder.build(
            latent,
            shape.height(),
            shape.width(),
            pixels.outputs(shape.each(), shape.levels()),
            params.scope(DECODER));
    return of(numbers, prior.build(latent, params.scope(PRIOR)), out, shape, pixels, trainingSize);
  }

  /** Makes the parts that a recipe names. */
  public static VaeParts build(
      ParamStore params,
      ImageShape shape,
      VaeCatalog catalog,
      VaeRecipe recipe,
      long trainingSize) {
    return build(
        params,
        shape,
        recipe.latent(),
        catalog.encoder(recipe.encoder()),
        catalog.flow(recipe.flow()),
        catalog.prior(recipe.prior()),
        catalog.decoder(recipe.decoder()),
        recipe.pixels(),
        trainingSize);
  }

  /** From parts that exist: a network that emits a chain's numbers from pixels in 0 … 1. */
  public static VaeParts of(
      Network numbers,
      Distribution prior,
      Net decoder,
      ImageShape shape,
      PixelModel pixels,
      long trainingSize) {
    Chain chain = numbers.chain();
    double white = 1.0 / (shape.levels() - 1);
    Conditional<? extends Sampler> sampler =
        chain instanceof BijectiveChain flow
            ? flow.pushforward(numbers)
            : chain.pushforward(numbers);
    Conditional<Sampler> encoder = x -> sampler.given(white == 1 ? x : x.times(white));
    Conditional<Distribution> likelihood =
        z -> pixels.given(decoder.apply(z), shape.each(), shape.levels());
    return new VaeParts(
        new Vae(encoder, prior, likelihood, trainingSize), chain, numbers, decoder, shape, pixels);
  }

  /** The guide, which scores given latents where the chain is bijective. */
  public Guide<Images> guide(ModelStructure structure) {
    if (chain instanceof BijectiveChain flow) {
      double white = 1.0 / (shape.levels() - 1);
      Conditional<Flow> sampler = flow.pushforward(numbers);
      return Vae.scorable(structure, x -> sampler.given(x.times(white)), vae.trainingSize());
    }
    return vae.guide(structure);
  }

  /**
   * The guide with its KL part exact: log q is exchanged for KL(x) + log p(z), which has the same
   * mean. For training only, as the exchange is no log density. Throws {@link PplException} unless
   * the prior is standard normal, and {@link io.flowsvi.flows.layer.LayerException} unless the
   * chain is affine.
   */
  public Guide<Images> exactKlGuide(ModelStructure structure) {
    if (!(vae.prior() instanceof StandardNormal prior)) {
      throw new PplException(
          "The exact KL part is known for a standard normal prior only, this one is "
              + vae.prior().name()
              + ". Likely fix: take the prior 'standard', or the objective 'elbo'.");
    }
    Conditional<Tensor> kl = GaussianKl.toStandardNormal(numbers);
    Guide<Images> drawn = guide(structure);
    double white = 1.0 / (shape.levels() - 1);
    return (in, images, particles, seed) -> {
      Proposal proposal = drawn.propose(in, images, particles, seed);
      Term own = proposal.logQ().get(0);
      Tensor z = proposal.values().reals().get(Vae.Z);
      Tensor exact = kl.given(Vae.pixels(in, images).times(white));
      Tensor exchanged = prior.logProb(z).plus(exact.reshape(Shape.of(1, images.count())));
      return new Proposal(
          proposal.values(),
          List.of(new Term(own.sites(), own.kind(), exchanged, own.plates())),
          proposal.pathLogQ());
    };
  }

  /** The mean images of latent vectors, {@code [..., P]}, 0 black to 1 white. */
  public Tensor pictures(Tensor z) {
    return pixels.picture(decoder.apply(z), shape.each(), shape.levels());
  }
}
