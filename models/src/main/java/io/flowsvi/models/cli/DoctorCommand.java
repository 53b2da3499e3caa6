package io.flowsvi.models.cli;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Shows what was found on this machine and tries both backends. */
@Command(name = "doctor", description = "Show what was found here, and try both backends.")
final class DoctorCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    line(
        out,
        "java",
        System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
    line(out, "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    line(out, "processors", String.valueOf(runtime.availableProcessors()));
    line(out, "heap", "at most " + (runtime.maxMemory() >> 20) + " MB");
    Path cache = Path.of(System.getProperty("user.home"), ".djl.ai");
    Path writable = Files.exists(cache) ? cache : cache.getParent();
    line(
        out,
        "libtorch cache",
        cache + (Files.isWritable(writable) ? " (writable)" : " (NOT writable)"));
    line(
        out,
        "vector module",
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            ? "enabled"
            : "not enabled");
    for (Backend backend : Backend.values()) {
      line(out, "backend " + backend, trial(backend));
    }
  }

  private static String trial(Backend backend) {
    long start = System.nanoTime();
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      double sum =
          session.compute(a -> a.tensor(new double[] {1, 2}, Shape.of(2)).log().sum().item());
      String right =
          Math.abs(sum - Math.log(2)) < 1e-12 ? "works" : "computes wrongly: log 2 = " + sum;
      return right + ", first result after " + (System.nanoTime() - start) / 1_000_000 + " ms";
    } catch (PplException e) {
      return "does not work: " + e.getMessage();
    }
  }

  private static void line(PrintWriter out, String what, String found) {
    out.println(String.format("%-16s %s", what, found));
  }
}
