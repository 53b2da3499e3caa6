package io.flowsvi.models.vae;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.models.image.ImageSource;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.vae.part.LatentPrior;
import io.flowsvi.models.vae.part.Posteriors;
import io.flowsvi.models.vae.part.VaeNets;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.nio.file.Path;
import java.util.Map;

/**
 * Everything a recipe names, by name.
 *
 * @param data where images come from
 * @param encoders networks of images
 * @param decoders networks of latent vectors
 * @param flows posteriors
 * @param priors of latent vectors
 * @param objectives of training
 */
public record VaeCatalog(
    Map<String, ImageSource> data,
    Map<String, VaeNets.Encoder> encoders,
    Map<String, VaeNets.Decoder> decoders,
    Map<String, FlowFamily> flows,
    Map<String, LatentPrior> priors,
    Map<String, VaeObjective> objectives) {
  /** What the library has. */
  public static VaeCatalog library() {
    return new VaeCatalog(
        ImageSource.all(),
        VaeNets.encoders(),
        VaeNets.decoders(),
        Posteriors.all(),
        LatentPrior.all(),
        VaeObjective.all());
  }

  /**
   * The data set of this name. Throws {@link PplException} with the nearest names if there is none.
   */
  public ImageSource data(String name) {
    return find("data set", name, data);
  }

  /**
   * The images of this name, split as the session's seed has it: commands that later refine a saved
   * model, or measure it, take the same seed's split. Throws {@link PplException} if the name is
   * unknown, or a file of the folder is missing or damaged.
   */
  public ImageSplit images(String name, Path folder, Session session) {
    return data(name).read(folder, session.seed().fold("split"));
  }

  /** The encoder of this name; throws as {@link #data(String)}. */
  public VaeNets.Encoder encoder(String name) {
    return find("encoder", name, encoders);
  }

  /** The decoder of this name; throws as {@link #data(String)}. */
  public VaeNets.Decoder decoder(String name) {
    return find("decoder", name, decoders);
  }

  /** The posterior of this name; throws as {@link #data(String)}. */
  public FlowFamily flow(String name) {
    return find("flow", name, flows);
  }

  /** The prior of this name; throws as {@link #data(String)}. */
  public LatentPrior prior(String name) {
    return find("prior", name, priors);
  }

  /** The objective of this name; throws as {@link #data(String)}. */
  public VaeObjective objective(String name) {
    return find("objective", name, objectives);
  }

  private static <T> T find(String kind, String name, Map<String, T> known) {
    T found = known.get(name);
    if (found == null) {
      throw new PplException(NearestName.message(kind, name, known.keySet()));
    }
    return found;
  }
}
