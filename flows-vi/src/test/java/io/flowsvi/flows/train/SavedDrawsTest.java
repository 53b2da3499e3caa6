package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedDrawsTest {
  private static final Latent X = new Latent("x");
  private static final Derived TWICE = new Derived("twice");
  private static final Observed Y = new Observed("y");
  private static final double[] DATA = {1, 4, 7};

  @TempDir Path folder;

  private static Model<double[]> model() {
    return (ctx, y) -> {
      Tensor x = ctx.sample(X, Normal.of(0, 10));
      ctx.derive(TWICE, x.times(2));
      ctx.plate(
          Plate.of("row", y.length),
          () -> ctx.observe(Y, Normal.of(x, 2), ctx.data(y, Shape.of(y.length))));
    };
  }

  @Test
  void fileHoldsEveryDrawAndTheVerdict() {
    Path file = folder.resolve("draws.flowsvi");
    try (Session session = Session.open(1)) {
      AutoFit<double[]> fit = Vi.fit(session, model(), DATA);
      fit.saved().save(file);
      SavedDraws saved = SavedDraws.load(file);
      assertThat(saved.sites()).containsExactly(X, TWICE);
      assertThat(saved.count()).isEqualTo(10_000);
      assertThat(saved.draws(X).toArray()).containsExactly(fit.draws().draws(X).toArray());
      assertThat(saved.draws(TWICE).names()).containsExactly("twice");
      assertThat(saved.summary().table()).isEqualTo(fit.draws().summary().table());
      assertThat(saved.record())
          .containsEntry("verdict", "trusted")
          .containsEntry("rung", "laplace")
          .containsEntry("resampled", "true")
          .containsEntry("k_hat", String.valueOf(fit.assessment().kHat()));
      assertThatThrownBy(() -> saved.draws(new Latent("z")))
          .hasMessageContaining("No draws of site 'z' were saved; there are [x, twice]");
    }
  }

  @Test
  void refusesWhatIsNoFileOfDraws() throws Exception {
    Path file = folder.resolve("f");
    assertThatThrownBy(() -> SavedDraws.load(file)).hasMessageContaining("no file of draws");
    Files.writeString(file, "something else, and long enough to be read");
    assertThatThrownBy(() -> SavedDraws.load(file)).hasMessageContaining("is not a flowsvi");
    assertThatThrownBy(() -> new SavedDraws(List.of(), Map.of()))
        .hasMessageContaining("no draws to save");
  }

  @Test
  void pointsAnswerWhatAGuideAnswers() {
    try (Session session = Session.open(1)) {
      ModelDraws draws = Vi.fit(session, model(), DATA).draws();
      assertThat(draws.observedSites()).containsExactly(Y);
      assertThat(draws.observed(Y).orElseThrow().toArray()).containsExactly(DATA);
      assertThat(draws.draws(Y, 7).count()).isEqualTo(7);
      assertThat(draws.logLikelihood(Y, 7).shape()).isEqualTo(Shape.of(3));
      assertThat(draws.logWeights(7)).containsOnly(0);
      assertThat(draws.prior(Y, 5).count()).isEqualTo(5);
      assertThat(draws.dependencies()).containsKey("y");
      assertThatThrownBy(() -> draws.draws(Y, 10_001)).hasMessageContaining("there are 10000");
    }
  }
}
