package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the guide families. */
@Command(
    name = "families",
    mixinStandardHelpOptions = true,
    description = "List the families of guides.")
final class FamiliesCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  private final Function<SessionSettings, Injector> wiring;

  FamiliesCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public void run() {
    FlowCatalog families = wiring.apply(SessionSettings.of(1)).getInstance(FlowCatalog.class);
    families
        .names()
        .forEach(
            name ->
                spec.commandLine()
                    .getOut()
                    .println(String.format("%-12s %s", name, families.guide(name).description())));
  }
}
