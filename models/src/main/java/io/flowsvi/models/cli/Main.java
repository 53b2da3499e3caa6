package io.flowsvi.models.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.inject.FlowsModule;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.inject.ModelsModule;
import io.flowsvi.ppl.tensor.PplException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code flowsvi fit | models | families | doctor}. Exit code 0: done; 1: a fault of ours; 2: of
 * the input.
 */
@Command(
    name = "flowsvi",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Variational inference with normalizing flows.",
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** For picocli. */
  public Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(run(out, err, args));
  }

  /** Runs a command and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Injector injector = Guice.createInjector(new FlowsModule(), new ModelsModule());
    FlowCatalog families = injector.getInstance(FlowCatalog.class);
    ModelCatalog models = injector.getInstance(ModelCatalog.class);
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new FitCommand(models, families))
            .addSubcommand(new ModelsCommand(models))
            .addSubcommand(new FamiliesCommand(families))
            .addSubcommand(new DoctorCommand())
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler(Main::handle);
    return line.execute(args);
  }

  private static int handle(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    line.getErr()
        .println(
            line.getColorScheme()
                .errorText(e.getMessage() == null ? e.toString() : e.getMessage()));
    if (e instanceof PplException) {
      return line.getCommandSpec().exitCodeOnInvalidInput();
    }
    line.getErr()
        .println(
            "This is a fault of flowsvi, not of your input. Please report it with this trace:");
    e.printStackTrace(line.getErr());
    return line.getCommandSpec().exitCodeOnExecutionException();
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
