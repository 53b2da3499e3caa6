package io.flowsvi.models.cli;

import io.flowsvi.models.bayes.ModelCatalog;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the models. */
@Command(name = "models", description = "List the models that can be fitted.")
final class ModelsCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  private final ModelCatalog models;

  ModelsCommand(ModelCatalog models) {
    this.models = models;
  }

  @Override
  public void run() {
    models
        .all()
        .forEach(
            (name, entry) ->
                spec.commandLine()
                    .getOut()
                    .println(String.format("%-24s %s", name, entry.description())));
  }
}
