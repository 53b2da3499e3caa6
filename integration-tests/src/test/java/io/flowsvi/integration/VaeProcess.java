package io.flowsvi.integration;

import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.models.image.ImageSplit;
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
 * A VAE on the digits in a JVM of its own: {@code backend flow epochs}. Prints the resident memory
 * after each epoch, in kilobytes.
 */
public final class VaeProcess {
  private VaeProcess() {}

  /** Runs it here. */
  public static void main(String[] args) {
    Backend backend = Backend.valueOf(args[0]);
    int epochs = Integer.parseInt(args[2]);
    SessionSettings settings = SessionSettings.of(2).withBackend(backend);
    if (backend == Backend.TORCH) {
      settings = settings.withPrecision(Precision.FLOAT32);
    }
    VaeRecipe recipe = VaeRecipe.digits().withFlow(args[1]).withEpochs(epochs, epochs, 5);
    try (Session session = Session.open(settings)) {
      VaeCatalog catalog = VaeCatalog.library();
      ImageSplit images = catalog.images("digits", Path.of("."), session);
      new VaeRun(session, catalog, recipe, images).train(Optional.empty(), new Memory());
    }
  }

  private static final class Memory implements SviListener {
    @Override
    public void evaluated(Evaluation evaluation) {
      try {
        System.out.println("resident " + FitProcess.residentKilobytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
