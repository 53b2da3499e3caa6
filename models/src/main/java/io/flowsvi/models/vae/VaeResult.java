package io.flowsvi.models.vae;

import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * What one training run came to: plain Java data.
 *
 * @param recipe what was run
 * @param seed of its session
 * @param parameters how many numbers were trained
 * @param bestEpoch the epoch whose parameters were kept
 * @param epochs how many were made
 * @param seconds of training, all runs that a checkpoint joins together
 * @param testSeconds of scoring the test images
 * @param validation the validation bound after each epoch, per image
 * @param scores on the test images
 * @param gallery pictures
 */
public record VaeResult(
    VaeRecipe recipe,
    long seed,
    int parameters,
    int bestEpoch,
    int epochs,
    double seconds,
    double testSeconds,
    List<Double> validation,
    VaeScores scores,
    VaeGallery gallery) {
  /** Reads everything off a finished run. */
  public static VaeResult of(
      Session session,
      VaeRun run,
      Fit<Images> fit,
      VaeScores scores,
      long seed,
      double seconds,
      double testSeconds) {
    int images = run.split().training().count();
    int perEpoch = (images + run.recipe().batch() - 1) / run.recipe().batch();
    List<Double> validation = new ArrayList<>();
    for (Evaluation evaluation : fit.evaluations()) {
      validation.add(evaluation.elbo() / images);
    }
    return new VaeResult(
        run.recipe(),
        seed,
        run.params().size(),
        (int) (fit.bestStep() / perEpoch),
        (int) (fit.steps() / perEpoch),
        seconds,
        testSeconds,
        validation,
        scores,
        VaeGallery.of(session, run));
  }
}
