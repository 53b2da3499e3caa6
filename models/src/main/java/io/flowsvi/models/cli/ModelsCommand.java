package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the models. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "List the models that can be fitted.")
final class ModelsCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  private final Function<SessionSettings, Injector> wiring;

  ModelsCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    ModelCatalog models = wiring.apply(SessionSettings.of(1)).getInstance(ModelCatalog.class);
    models
        .all()
        .forEach(
            (name, entry) -> {
              out.println(String.format("%-24s %s", name, entry.description()));
              if (!entry.keys().isEmpty()) {
                out.println(String.format("%-24s   data: %s", "", entry.keys()));
              }
            });
  }
}
