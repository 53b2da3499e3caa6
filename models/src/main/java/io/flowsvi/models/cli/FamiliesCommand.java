package io.flowsvi.models.cli;

import io.flowsvi.flows.family.FlowCatalog;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the guide families. */
@Command(name = "families", description = "List the families of guides.")
final class FamiliesCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  private final FlowCatalog families;

  FamiliesCommand(FlowCatalog families) {
    this.families = families;
  }

  @Override
  public void run() {
    families.names().forEach(spec.commandLine().getOut()::println);
  }
}
