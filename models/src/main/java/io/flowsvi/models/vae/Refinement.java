package io.flowsvi.models.vae;

import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.Posteriors;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.PplException;
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
 * <p>The new posterior must begin as the trained one does ({@code none} in front of any flow of
 * {@link Posteriors}): then the head's first numbers are taken over, and the new layers start near
 * the identity, so that the bound starts where it was.
 *
 * @param run the refined run
 * @param fit its training
 * @param before scores of the VAE as it came, on the test images
 * @param after scores with the flow trained, on the same images and noise
 */
public record Refinement(VaeRun run, Fit<Images> fit, VaeScores before, VaeScores after) {
  /** Everything but the head and the flow. */
  public static final List<String> ALL_BUT_FLOW =
      List.of(VaeParts.ENCODER, VaeParts.DECODER, VaeParts.PRIOR);

  /** How much the ELBO rose, in pairs of test images. */
  public Estimate gain() {
    return after.elboAbove(before);
  }

  /**
   * Refines a trained VAE. Throws {@link PplException} where a part to freeze is unknown, or the
   * new posterior does not begin as the trained one.
   *
   * @param refined the recipe with the flow to insert; networks and prior as in the trained one
   * @param frozen what stays, of {@link #ALL_BUT_FLOW}
   * @param plan how both are scored
   */
  public static Refinement of(
      Session session,
      VaeCatalog catalog,
      TrainedVae trained,
      VaeRecipe refined,
      ImageSplit images,
      List<String> frozen,
      TestPlan plan) {
    for (String part : frozen) {
      if (!ALL_BUT_FLOW.contains(part)) {
        throw new PplException(NearestName.message("part to freeze", part, ALL_BUT_FLOW));
      }
    }
    VaeRun old = VaeRun.of(session, catalog, trained, images);
    VaeRun run = new VaeRun(session, catalog, refined, images);
    begins(old, run);
    VaeScores before = old.test(plan);
    run.params().params().forEach(p -> adopt(p, trained.parameters()));
    for (String prefix : frozen) {
      // A standard prior has no parameters.
      if (run.params().params().stream().anyMatch(p -> p.path().startsWith(prefix + "/"))) {
        run.params().freeze(prefix);
      }
    }
    Fit<Images> fit = run.train(Optional.empty());
    run.params().restore(fit.parameters());
    return new Refinement(run, fit, before, run.test(plan));
  }

  /** Numbers of other layers would be taken over for numbers of these. */
  private static void begins(VaeRun trained, VaeRun refined) {
    Chain old = trained.parts().chain();
    Chain chain = refined.parts().chain();
    boolean same = old.layers().size() <= chain.layers().size();
    for (int i = 0; same && i < old.layers().size(); i++) {
      same = alike(old.layers().get(i), chain.layers().get(i));
    }
    if (!same) {
      throw new PplException(
          "The posterior '"
              + refined.recipe().flow()
              + "' is "
              + chain.describe()
              + ", which does not begin as the trained VAE's '"
              + trained.recipe().flow()
              + "': "
              + old.describe()
              + ". Likely fix: refine a VAE that was trained with 'none', or add layers behind"
              + " the trained ones.");
    }
  }

  private static boolean alike(Layer one, Layer other) {
    return one.name().equals(other.name()) && one.layout().equals(other.layout());
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
