package io.flowsvi.integration;

import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeRun;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A VAE trained in a process of its own, which a test kills: {@code backend checkpoint result
 * step}. Goes on from the checkpoint if there is one; after the step it says so and waits for its
 * end.
 */
final class KilledVae {
  static final int IMAGES = 300;
  static final int BATCH = 25;
  static final int EPOCHS = 4;

  private KilledVae() {}

  public static void main(String[] args) {
    Path checkpoint = Path.of(args[1]);
    run(Backend.valueOf(args[0]), checkpoint, Long.parseLong(args[3])).write(Path.of(args[2]));
  }

  static TrainedVae run(Backend backend, Path checkpoint, long last) {
    SessionSettings settings = SessionSettings.of(7).withBackend(backend);
    if (backend == Backend.TORCH) {
      settings = settings.withPrecision(Precision.FLOAT32);
    }
    VaeRecipe recipe =
        VaeRecipe.digits()
            .withFlow("sylvester-h")
            .withLatent(4)
            .withSteps(BATCH, 2e-3)
            .withEpochs(EPOCHS, EPOCHS, 1);
    try (Session session = Session.open(settings)) {
      VaeCatalog catalog = VaeCatalog.library();
      ImageSplit images = catalog.images("digits", Path.of("."), session).first(IMAGES);
      VaeRun run = new VaeRun(session, catalog, recipe, images);
      run.train(Optional.of(checkpoint), new Waiting(last));
      return TrainedVae.of(run);
    }
  }

  /** Nothing more happens after the step: the moment of death is known. */
  private record Waiting(long last) implements SviListener {
    @Override
    public void stepped(StepReport report) {
      if (report.step() == last) {
        System.out.println("at " + last);
        try {
          System.in.read();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
