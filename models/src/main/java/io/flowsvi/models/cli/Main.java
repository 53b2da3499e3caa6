package io.flowsvi.models.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.inject.FlowsModule;
import io.flowsvi.models.inject.ModelsModule;
import io.flowsvi.models.inject.VaeModule;
import io.flowsvi.ppl.inject.PplModule;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * {@code flowsvi fit | density | vae | posteriordb | models | families | doctor}. Exit code 0:
 * done; 1: a fault of ours; 2: of the input.
 *
 * <p>For a command line with models and families of one's own, call {@link #run(List, PrintWriter,
 * PrintWriter, String...)} with the modules that bind them.
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
    System.exit(run(List.of(), out, err, args));
  }

  /** Runs a command with further modules beside the library's, and returns its exit code. */
  public static int run(
      List<? extends Module> further, PrintWriter out, PrintWriter err, String... args) {
    // Seed and backend are known once the command line is read: so the injector is made then.
    Function<SessionSettings, Injector> wiring =
        settings -> {
          List<Module> modules = new ArrayList<>(further);
          modules.add(new PplModule(settings));
          modules.add(new FlowsModule());
          modules.add(new ModelsModule());
          modules.add(new VaeModule());
          return Guice.createInjector(modules);
        };
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new FitCommand(wiring))
            .addSubcommand(new DensityCommand(wiring))
            .addSubcommand(
                new CommandLine(new VaeCommand(wiring))
                    .addSubcommand(new VaeRefineCommand(wiring))
                    .addSubcommand(new VaeGapCommand(wiring)))
            .addSubcommand(new ModelsCommand(wiring))
            .addSubcommand(new FamiliesCommand(wiring))
            .addSubcommand(new DoctorCommand())
            .addSubcommand(new PosteriorDbCommand())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Main::misused)
            .setExecutionExceptionHandler(Main::failed);
    return line.execute(args);
  }

  /** One line that names what is wrong and what is near; the full usage only when asked for. */
  private static int misused(CommandLine.ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched) {
      message = unknown(line, unmatched.getUnmatched().get(0));
    }
    line.getErr().println(line.getColorScheme().errorText(message));
    line.getErr()
        .println("Try '" + line.getCommandSpec().qualifiedName(" ") + " --help' for more.");
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String unknown(CommandLine line, String argument) {
    if (argument.startsWith("-")) {
      String name = argument.contains("=") ? argument.split("=", 2)[0] : argument;
      return NearestName.message("option", name, line.getCommandSpec().optionsMap().keySet());
    }
    if (!line.getSubcommands().isEmpty()) {
      return NearestName.message("command", argument, line.getSubcommands().keySet());
    }
    return "Argument '" + argument + "' is one too many for '" + line.getCommandName() + "'.";
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    line.getErr().println(line.getColorScheme().errorText(message));
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
