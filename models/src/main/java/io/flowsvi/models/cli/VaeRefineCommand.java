package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.compare.TextTable;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.vae.Refinement;
import io.flowsvi.models.vae.SavedVae;
import io.flowsvi.models.vae.TestPlan;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeCatalog;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeScores;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts flows into a saved VAE and trains only them. */
@Command(
    name = "refine",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Put flows into a saved VAE, train only them, and show the bound before and after.",
      "The VAE is one that 'vae --out DIR' saved; the data are those it was trained on."
    })
final class VaeRefineCommand implements Callable<Integer> {
  private final Function<SessionSettings, Injector> wiring;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SAVED", description = "The saved VAE: vae-....zip.")
  private Path saved;

  @Option(
      names = "--flow",
      split = ",",
      defaultValue = "planar",
      description = "Posteriors to try; each must begin as the saved one (${DEFAULT-VALUE}).")
  private List<String> flows;

  @Option(
      names = "--freeze",
      split = ",",
      defaultValue = "encoder,decoder,prior",
      description = "What stays as it is: encoder, decoder, prior (${DEFAULT-VALUE}).")
  private List<String> frozen;

  @CommandLine.Mixin private VaeImages images;

  @Option(names = "--epochs", defaultValue = "20", description = "Passes (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--rate", defaultValue = "1e-3", description = "Adam's rate (${DEFAULT-VALUE}).")
  private double rate;

  @Option(names = "--samples", defaultValue = "500", description = "Samples of the bound.")
  private int samples;

  @Option(names = "--out", paramLabel = "DIR", description = "A folder for the refined VAEs.")
  private Path out;

  @Option(names = "--backend", defaultValue = "torch", description = "java or torch.")
  private Backend backend;

  VaeRefineCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() throws IOException {
    TrainedVae trained = TrainedVae.read(saved);
    SessionSettings settings = VaeCommand.settings(trained.seed(), backend);
    VaeCatalog catalog = wiring.apply(settings).getInstance(VaeCatalog.class);
    images.fetch(catalog.data(trained.recipe().data()), spec.commandLine().getErr());
    flows.forEach(catalog::flow);
    if (out != null) {
      Files.createDirectories(out);
    }
    List<List<String>> rows = new ArrayList<>();
    for (String flow : flows) {
      try (Session session = Session.open(settings)) {
        ImageSplit split = images.split(session, catalog, trained.recipe().data());
        Refinement done =
            Refinement.of(
                session,
                catalog,
                trained,
                recipe(trained.recipe(), flow),
                split,
                frozen,
                TestPlan.of(samples));
        if (out != null) {
          SavedVae.save(done.run(), out.resolve("refined-" + flow + "-" + trained.seed() + ".zip"));
        }
        rows.add(row(flow, done));
      }
    }
    PrintWriter print = spec.commandLine().getOut();
    print.printf(
        Locale.ROOT,
        "%s with other posteriors, trained for at most %d epochs; frozen: %s.%n%n",
        saved.getFileName(),
        epochs,
        String.join(", ", frozen));
    print.print(new TextTable(header(), rows));
    print.println("Before and after on the same test images and noise; differences in pairs.");
    print.flush();
    return 0;
  }

  private VaeRecipe recipe(VaeRecipe trained, String flow) {
    return trained
        .withFlow(flow)
        .withEpochs(epochs, epochs, 0)
        .withSteps(trained.batch(), rate)
        .withCooled(0.01);
  }

  private List<String> header() {
    return List.of(
        "flow",
        "-ELBO before",
        "after",
        "gain",
        "in SE",
        "NLL(S=" + samples + ") before",
        "after",
        "gain",
        "in SE");
  }

  private static List<String> row(String flow, Refinement done) {
    VaeScores before = done.before();
    VaeScores after = done.after();
    Estimate elbo = done.gain();
    Estimate bound = after.boundAbove(before);
    return List.of(
        flow,
        two(-before.meanElbo().value()),
        two(-after.meanElbo().value()),
        elbo.toString(),
        one(elbo.value() / elbo.standardError()),
        two(-before.meanBound().value()),
        two(-after.meanBound().value()),
        bound.toString(),
        one(bound.value() / bound.standardError()));
  }

  static String two(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }

  private static String one(double x) {
    return String.format(Locale.ROOT, "%.1f", x);
  }
}
