package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.flowsvi.flows.net.djl.BlockNet;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.vae.Refinement;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeRun;
import io.flowsvi.models.vae.part.VaeNets;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A VAE of the user's own DJL blocks: it trains, and a flow refines it. */
class DjlVaeTest {
  private static final int HIDDEN = 32;

  private static Block hidden() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(HIDDEN).build())
        .add(Activation.reluBlock());
  }

  private static Block decoder(int outputs) {
    return new SequentialBlock().add(hidden()).add(Linear.builder().setUnits(outputs).build());
  }

  private static VaeCatalog catalog() {
    VaeCatalog library = VaeCatalog.library();
    VaeNets.Encoder encoder = (h, w, scope) -> BlockNet.of(scope, hidden(), h * w);
    VaeNets.Decoder decoder =
        (latent, h, w, outputs, scope) -> BlockNet.of(scope, decoder(outputs), latent);
    return new VaeCatalog(
        library.data(),
        Map.of("mine", encoder),
        Map.of("mine", decoder),
        library.flows(),
        library.priors(),
        library.objectives());
  }

  @Test
  void blocksTrainAndAreRefined() {
    VaeRecipe recipe =
        VaeRecipe.digits().withNetworks("mine", "mine").withLatent(4).withEpochs(4, 4, 1);
    try (Session session = Session.open(SessionSettings.of(3).withBackend(Backend.TORCH))) {
      session.compute(a -> a.constant(0).item());
      VaeCatalog catalog = catalog();
      ImageSplit images = catalog.images("digits", Path.of("."), session).first(400);
      VaeRun run = new VaeRun(session, catalog, recipe, images);
      double before = run.test(8).meanElbo().value();
      run.train(Optional.empty());
      assertThat(run.test(8).meanElbo().value()).isGreaterThan(before + 1);
      TrainedVae trained = TrainedVae.of(run);
      Refinement refined =
          Refinement.of(
              session,
              catalog,
              trained,
              recipe.withFlow("planar").withEpochs(3, 3, 0),
              images,
              List.of("encoder", "decoder"),
              TestPlan.of(8));
      assertThat(refined.before().meanElbo().value()).isEqualTo(run.test(8).meanElbo().value());
      assertThat(refined.gain().value()).isGreaterThan(-3 * refined.gain().standardError());
      assertThat(part(refined.run(), "encoder")).isEqualTo(part(run, "encoder")).isNotEmpty();
      assertThat(part(refined.run(), "decoder")).isEqualTo(part(run, "decoder")).isNotEmpty();
      assertThat(part(refined.run(), "head")).isNotEqualTo(part(run, "head"));
    }
  }

  private static List<double[]> numbers(VaeRun run, String part) {
    return run.params().params().stream()
        .filter(p -> p.path().startsWith(part + "/"))
        .map(Param::toDoubles)
        .toList();
  }

  private static String part(VaeRun run, String part) {
    return numbers(run, part).stream().map(Arrays::toString).toList().toString();
  }
}
