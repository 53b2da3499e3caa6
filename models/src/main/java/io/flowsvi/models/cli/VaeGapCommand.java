package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.compare.TextTable;
import io.flowsvi.models.image.ImageBatches;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.Amortisation;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.models.vae.VaeRun;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Refines the posterior of single test images, and reports the amortisation gap. */
@Command(
    name = "gap",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Refine what a saved VAE's encoder emits for single test images, everything else fixed, and",
      "report the amortisation gap: by how much the ELBO rises."
    })
final class VaeGapCommand implements Callable<Integer> {
  private final Function<SessionSettings, Injector> wiring;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @CommandLine.Mixin private SavedVaeOptions saved;

  @Option(
      names = "--count",
      defaultValue = "100",
      description = "How many test images to refine (${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--steps", defaultValue = "200", description = "Steps (${DEFAULT-VALUE}).")
  private int steps;

  @Option(names = "--rate", defaultValue = "1e-2", description = "Adam's rate (${DEFAULT-VALUE}).")
  private double rate;

  VaeGapCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() {
    SavedVaeOptions.Opened vae = saved.open(wiring, spec.commandLine().getErr());
    TrainedVae trained = vae.trained();
    try (Session session = Session.open(vae.settings())) {
      VaeRun run = VaeRun.of(session, vae.catalog(), trained, vae.split(session));
      int some = Math.min(count, run.split().test().count());
      Images first = ImageBatches.inOrder(run.split().test(), some).batch(0);
      Amortisation done =
          Amortisation.refine(
              session, run.parts(), run.structure(), first, steps, rate, saved.samples());
      print(done, trained.recipe().flow(), some);
      return 0;
    }
  }

  private void print(Amortisation done, String flow, int some) {
    PrintWriter print = spec.commandLine().getOut();
    String bound = "NLL(S=" + saved.samples() + ")";
    print.print(
        new TextTable(
            List.of("numbers of '" + flow + "'", "-ELBO", bound),
            List.of(row("the encoder's", done.before()), row("refined", done.after()))));
    Estimate gap = done.gap();
    Estimate left = done.left();
    print.printf(
        Locale.ROOT,
        "%nAmortisation gap of %d test images after %d steps: %s nats (%.1f SE).%n",
        some,
        steps,
        gap,
        gap.inErrors());
    print.printf("Left to the importance-weighted bound, by the form of q: %s nats.%n", left);
    print.flush();
  }

  private static List<String> row(String name, VaeScores scores) {
    return List.of(
        name,
        VaeRefineCommand.two(-scores.meanElbo().value()),
        VaeRefineCommand.two(-scores.meanBound().value()));
  }
}
