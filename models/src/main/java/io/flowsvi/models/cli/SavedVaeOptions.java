package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which saved VAE a command works on, with its images and backend. */
final class SavedVaeOptions {
  @Parameters(index = "0", paramLabel = "SAVED", description = "The saved VAE: vae-....zip.")
  private Path saved;

  @CommandLine.Mixin private VaeImages images;

  @Option(names = "--samples", defaultValue = "500", description = "Samples of the bound.")
  private int samples;

  @Option(names = "--backend", defaultValue = "torch", description = "java or torch.")
  private Backend backend;

  /** A VAE as it was trained, with the parts it is made of. */
  record Opened(
      TrainedVae trained, SessionSettings settings, VaeCatalog catalog, VaeImages images) {
    /** The images it was trained on, split as they were then. */
    ImageSplit split(Session session) {
      return images.split(session, catalog, trained.recipe().data());
    }
  }

  /** Reads the VAE and, if asked, fetches its images. */
  Opened open(Function<SessionSettings, Injector> wiring, PrintWriter err) {
    TrainedVae trained = TrainedVae.read(saved);
    SessionSettings settings = VaeCommand.settings(trained.seed(), backend);
    VaeCatalog catalog = wiring.apply(settings).getInstance(VaeCatalog.class);
    images.fetch(catalog.data(trained.recipe().data()), err);
    return new Opened(trained, settings, catalog, images);
  }

  String name() {
    return saved.getFileName().toString();
  }

  int samples() {
    return samples;
  }
}
