package io.flowsvi.models.vae;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.nio.file.Path;

/**
 * A trained VAE in a file: encodes, decodes and draws images on any backend, plain Java included.
 *
 * <p>The file is that of a {@link TrainedVae}. Parts that users added are found by their names in
 * the catalog.
 */
public final class SavedVae {
  private final Session session;
  private final VaeRecipe recipe;
  private final VaeParts parts;
  private final ModelStructure structure;
  private final ParamStore params;

  private SavedVae(
      Session session,
      VaeRecipe recipe,
      VaeParts parts,
      ModelStructure structure,
      ParamStore params) {
    this.session = session;
    this.recipe = recipe;
    this.parts = parts;
    this.structure = structure;
    this.params = params;
  }

  /** Writes a run's parameters as they are. */
  public static void save(VaeRun run, Path file) {
    TrainedVae.of(run).write(file);
  }

  /**
   * Reads a file for use in a session, with parts from a catalog. Throws {@link PplException}
   * saying why, if it is missing, no saved VAE, damaged, or names parts that the catalog does not
   * have.
   */
  public static SavedVae load(Path file, Session session, VaeCatalog catalog) {
    TrainedVae trained = TrainedVae.read(file);
    ParamStore params = new ParamStore(Seed.of(0));
    VaeParts parts = VaeParts.build(params, trained.shape(), catalog, trained.recipe(), 1);
    params.restore(trained.parameters());
    Images blank = new Images(new float[trained.shape().each()], new int[] {0});
    ModelStructure structure = ModelStructure.of(session, parts.vae().model(), blank);
    return new SavedVae(session, trained.recipe(), parts, structure, params);
  }

  /** What was run. */
  public VaeRecipe recipe() {
    return recipe;
  }

  /** The parts, on the loaded parameters. */
  public VaeParts parts() {
    return parts;
  }

  /** The loaded parameters. */
  public Snapshot parameters() {
    return params.snapshot();
  }

  /** One draw of each image's latent vector, {@code [count, D]}. */
  public double[] encode(Images images, Seed seed) {
    return session.compute(
        arena ->
            parts
                .guide(structure)
                .propose(new ArenaInputs(), images, 1, seed)
                .values()
                .reals()
                .get(Vae.Z)
                .toDoubles());
  }

  /** The mean images of latent vectors {@code [count, D]}: {@code [count, P]}, from 0 to 1. */
  public double[] decode(double[] latents) {
    int dim = parts.chain().dim();
    if (latents.length == 0 || latents.length % dim != 0) {
      throw new PplException(
          "This VAE has latent vectors of " + dim + " numbers; got " + latents.length + " in all.");
    }
    return session.compute(
        arena ->
            parts.pictures(arena.tensor(latents, Shape.of(latents.length / dim, dim))).toDoubles());
  }

  /** Mean images of n draws from the prior, {@code [n, P]}, from 0 to 1. */
  public double[] sample(int n, Seed seed) {
    return decode(
        session.compute(arena -> parts.vae().prior().sample(seed, Shape.of(n)).toDoubles()));
  }
}
