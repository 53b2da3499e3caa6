package io.flowsvi.models.vae;

import io.flowsvi.flows.train.Fit;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A flow put into a VAE that is trained already: the parts named stay as they are, the flow and the
 * encoder's head learn.
 *
 * <p>The recipe's posterior must begin as the trained one does ({@code none} in front of any flow
 * of {@link Posteriors}): then the head's first numbers are taken over, and the new layers start
 * near the identity, so that the bound starts where it was.
 *
 * @param run the refined run
 * @param before scores of the VAE as it came, on the test images
 * @param after scores with the flow trained, on the same images and noise
 */
public record Refinement(VaeRun run, VaeScores before, VaeScores after) {
  /** Everything but the head and the flow. */
  public static final List<String> ALL_BUT_FLOW =
      List.of(VaeParts.ENCODER, VaeParts.DECODER, VaeParts.PRIOR);

  /**
   * Refines a trained VAE.
   *
   * @param trained its recipe and its parameters: {@code run.params().snapshot()}, or a {@link
   *     SavedVae}'s
   * @param refined the recipe with the flow to insert; networks and prior as in the trained one
   * @param frozen prefixes of what stays, of {@link #ALL_BUT_FLOW}
   * @param samples of the importance-weighted bounds
   */
  public static Refinement of(
      Session session,
      VaeCatalog catalog,
      VaeRecipe trained,
      Snapshot parameters,
      VaeRecipe refined,
      ImageSplit images,
      List<String> frozen,
      int samples) {
    VaeRun old = new VaeRun(session, catalog, trained, images);
    old.params().restore(parameters);
    VaeScores before = old.test(samples);
    VaeRun run = new VaeRun(session, catalog, refined, images);
    run.params().params().forEach(p -> adopt(p, parameters));
    for (String prefix : frozen) {
      // A standard prior has no parameters.
      if (run.params().params().stream().anyMatch(p -> p.path().startsWith(prefix + "/"))) {
        run.params().freeze(prefix);
      }
    }
    Fit<Images> fit = run.train(Optional.empty());
    run.params().restore(fit.parameters());
    return new Refinement(run, before, run.test(samples));
  }

  /** Takes over a parameter of the same path: all of it, or its first numbers. */
  private static void adopt(Param param, Snapshot trained) {
    int at = 0;
    for (var entry : trained.shapes().entrySet()) {
      Shape shape = entry.getValue();
      boolean sameRows =
          shape.rank() == param.shape().rank()
              && shape.slice(1, shape.rank()).equals(param.shape().slice(1, shape.rank()));
      if (entry.getKey().equals(param.path()) && sameRows) {
        double[] values = param.toDoubles();
        double[] own = Arrays.copyOfRange(trained.values(), at, at + shape.size());
        System.arraycopy(own, 0, values, 0, Math.min(own.length, values.length));
        param.set(values);
      }
      at += shape.size();
    }
  }
}
