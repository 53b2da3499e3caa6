package io.flowsvi.models.vae;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.optimize.Averaging;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.flows.train.Checkpoint;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Patience;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.image.ImageBatches;
import io.flowsvi.models.image.ImageSet;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.score.ImageScorer;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One training run of a recipe: its parts, its data, and the fit.
 *
 * <p>Training stops by the validation bound; the parameters kept are the best by it. Runs of one
 * session seed share data splits, binarisation and noise, so that flows are compared in pairs.
 */
public final class VaeRun {
  /** The mean of iterates forgets after so many steps, or a tenth of a short fit. */
  private static final long MOST_AVERAGED = 1000;

  private final Session session;
  private final VaeRecipe recipe;
  private final ImageSplit split;
  private final ParamStore params;
  private final VaeParts parts;
  private final ModelStructure structure;
  private final Guide<Images> guide;
  private final VaeObjective objective;

  /** A run of a recipe on images, with its parts looked up in a catalog. */
  public VaeRun(Session session, VaeCatalog catalog, VaeRecipe recipe, ImageSplit images) {
    this.session = session;
    this.recipe = recipe;
    this.split = images.binarised(recipe.binarisation(), session.seed().fold("binarisation"));
    this.params = new ParamStore(session.seed().fold("params"));
    ImageSet seen = split.validation();
    this.parts =
        VaeParts.build(
            params,
            new VaeParts.ImageShape(seen.height(), seen.width(), seen.levels()),
            catalog,
            recipe,
            split.training().count());
    this.structure =
        ModelStructure.of(session, parts.vae().model(), ImageBatches.inOrder(seen, 1).batch(0));
    this.objective = catalog.objective(recipe.objective());
    this.guide = objective.guide(parts, structure);
  }

  /** A trained VAE, to be scored or trained on. */
  public static VaeRun of(
      Session session, VaeCatalog catalog, TrainedVae trained, ImageSplit images) {
    VaeRun run = new VaeRun(session, catalog, trained.recipe(), images);
    run.params.restore(trained.parameters());
    return run;
  }

  /** The parts, on the parameters as they are now. */
  public VaeParts parts() {
    return parts;
  }

  /** All parameters. */
  public ParamStore params() {
    return params;
  }

  /** The data, held-out parts binarised. */
  public ImageSplit split() {
    return split;
  }

  /** The model's structure. */
  public ModelStructure structure() {
    return structure;
  }

  /** The session's seed, which keys split, binarisation and noise. */
  public long seed() {
    return session.settings().seed();
  }

  /** The recipe. */
  public VaeRecipe recipe() {
    return recipe;
  }

  /** Trains to the end, or on from a checkpoint if its file exists; best parameters are then in. */
  public Fit<Images> train(Optional<Path> checkpoint, SviListener... listeners) {
    return train(checkpoint, recipe.epochs(), listeners);
  }

  /**
   * Trains until an epoch, counted from the very start; a checkpoint lets a later run go on, as if
   * this one had not stopped.
   */
  public Fit<Images> train(Optional<Path> checkpoint, int until, SviListener... listeners) {
    ImageBatches training =
        ImageBatches.shuffled(
            split.training(),
            Math.min(recipe.batch(), split.training().count()),
            session.seed().fold("batches"),
            recipe.binarisation());
    long perEpoch = training.perEpoch();
    SviSettings settings =
        SviSettings.defaults()
            .withSteps(perEpoch * recipe.epochs())
            .withCoolingSteps(0)
            .withLearningRate(recipe.rate())
            .withSchedule(
                recipe.cooled() < 1 ? Schedule.cosine(recipe.cooled()) : Schedule.constant())
            .withAveraging(
                recipe.cooled() < 1 ? Averaging.none() : averaging(perEpoch * recipe.epochs()))
            // Adam does not see the scale of the loss, which is that of all training images.
            .withClipNorm(Double.POSITIVE_INFINITY)
            .withEvaluation(perEpoch, 2)
            .withConvergence(new Patience(recipe.patience(), perEpoch * recipe.warmUp()));
    Svi<Images> svi =
        new Svi<>(
                session,
                params,
                structure,
                parts.vae().model(),
                guide,
                objective.build(guide, recipe.particles(), perEpoch * recipe.warmUp()),
                settings)
            .validatedOn(heldOut(split.validation()))
            .pausingAt(perEpoch * until);
    if (checkpoint.isPresent()) {
      if (Files.exists(checkpoint.get())) {
        svi.restore(Checkpoint.read(checkpoint.get()));
      }
      svi.checkpointTo(checkpoint.get(), Math.max(1, perEpoch / 2));
    }
    return svi.run(training, listeners);
  }

  private static Averaging averaging(long steps) {
    return Averaging.exponential(1 - 1.0 / Math.min(MOST_AVERAGED, Math.max(1, steps / 10)));
  }

  /** Scores the test images with S samples each. */
  public VaeScores test(int samples) {
    return test(TestPlan.of(samples));
  }

  /** Scores the test images as a plan says: its subset first, then the others. */
  public VaeScores test(TestPlan plan) {
    ImageSet images = split.test();
    ImageScorer scorer =
        new ImageScorer(
            session,
            structure,
            parts.vae().model(),
            parts.guide(structure),
            session.seed().fold("test"));
    scorer.score(at(images, plan.chosen(images.count())), plan.samples());
    int[] others = plan.others(images.count());
    if (others.length > 0) {
      scorer.score(at(images, others), plan.rest());
    }
    return scorer.scores();
  }

  /** Keeps the places as row ids: an image's noise is the same in whatever subset. */
  private static ImageBatches at(ImageSet set, int[] places) {
    return ImageBatches.at(set, places, Math.min(100, places.length));
  }

  private static ImageBatches heldOut(ImageSet set) {
    return ImageBatches.inOrder(set, Math.min(100, set.count()));
  }
}
