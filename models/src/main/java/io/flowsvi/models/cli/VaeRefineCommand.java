package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.compare.TextTable;
import io.flowsvi.models.vae.Refinement;
import io.flowsvi.models.vae.SavedVae;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
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

  @CommandLine.Mixin private SavedVaeOptions saved;

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

  @Option(names = "--epochs", defaultValue = "20", description = "Passes (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--rate", defaultValue = "1e-3", description = "Adam's rate (${DEFAULT-VALUE}).")
  private double rate;

  @Option(names = "--out", paramLabel = "DIR", description = "A folder for the refined VAEs.")
  private Path out;

  VaeRefineCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() throws IOException {
    SavedVaeOptions.Opened vae = saved.open(wiring, spec.commandLine().getErr());
    TrainedVae trained = vae.trained();
    flows.forEach(vae.catalog()::flow);
    if (out != null) {
      Files.createDirectories(out);
    }
    List<List<String>> rows = new ArrayList<>();
    for (String flow : flows) {
      try (Session session = Session.open(vae.settings())) {
        Refinement done =
            Refinement.of(
                session,
                vae.catalog(),
                trained,
                recipe(trained.recipe(), flow),
                vae.split(session),
                frozen,
                TestPlan.of(saved.samples()));
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
        saved.name(),
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
        "NLL(S=" + saved.samples() + ") before",
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
        one(elbo.inErrors()),
        two(-before.meanBound().value()),
        two(-after.meanBound().value()),
        bound.toString(),
        one(bound.inErrors()));
  }

  static String two(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }

  private static String one(double x) {
    return String.format(Locale.ROOT, "%.1f", x);
  }
}
