package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fit in a JVM of its own: {@code backend family steps collectEvery}. Prints the resident memory
 * at each tenth of the steps, in kilobytes, and a hash of the final parameters' bits.
 */
public final class FitProcess {
  private static final int SAMPLES = 10;

  private FitProcess() {}

  /** Runs it here. */
  public static void main(String[] args) throws IOException {
    Backend backend = Backend.valueOf(args[0]);
    int steps = Integer.parseInt(args[2]);
    int collectEvery = Integer.parseInt(args[3]);
    try (Session session = Session.open(SessionSettings.of(5).withBackend(backend))) {
      EightSchools model = new EightSchools();
      EightSchools.Data data = EightSchools.Data.bundled();
      ModelStructure structure = ModelStructure.of(session, model, data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          FlowCatalog.library().guide(args[1]).build(structure, params.scope("guide"));
      Svi<EightSchools.Data> svi =
          new Svi<>(session, params, structure, model, guide, new Elbo(2), SviSettings.defaults());
      for (int step = 1; step <= steps; step++) {
        svi.step(data);
        if (collectEvery > 0 && step % collectEvery == 0) {
          System.gc();
        }
        if (step % (steps / SAMPLES) == 0) {
          System.out.println("resident " + residentKilobytes());
        }
      }
      System.out.println("bits " + Arrays.hashCode(params.snapshot().values()));
    }
  }

  static long residentKilobytes() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    String line = status.lines().filter(l -> l.startsWith("VmRSS")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  /** Runs it in a new JVM with these options and returns what it printed. */
  static List<String> spawn(List<String> jvm, String... args)
      throws IOException, InterruptedException {
    return spawn(FitProcess.class, jvm, args);
  }

  /** A main class in a new JVM with these options, not yet started; errors are not kept. */
  static ProcessBuilder command(Class<?> main, List<String> jvm, String... args) {
    return command(System.getProperty("java.class.path"), main, jvm, args);
  }

  private static ProcessBuilder command(
      String classPath, Class<?> main, List<String> jvm, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /** Runs a main class in a new JVM with these options and returns what it printed. */
  static List<String> spawn(Class<?> main, List<String> jvm, String... args)
      throws IOException, InterruptedException {
    return spawn(System.getProperty("java.class.path"), main, jvm, args);
  }

  /** Runs a main class of a class path in a new JVM and returns what it printed. */
  static List<String> spawn(String classPath, Class<?> main, List<String> jvm, String... args)
      throws IOException, InterruptedException {
    Process process = command(classPath, main, jvm, args).start();
    List<String> lines;
    try (var reader = process.inputReader()) {
      lines = reader.lines().toList();
    }
    if (process.waitFor() != 0) {
      throw new IOException("The process ended with code " + process.exitValue() + ": " + lines);
    }
    return lines;
  }
}
