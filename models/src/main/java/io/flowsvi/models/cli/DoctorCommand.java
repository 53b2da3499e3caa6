package io.flowsvi.models.cli;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Shows what was found on this machine and tries both backends. Exit code 1 if one does not work.
 */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Show what was found here, and try both backends.")
final class DoctorCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    line("flowsvi", Version.number());
    line(
        "java",
        System.getProperty("java.version")
            + ", "
            + System.getProperty("java.vm.name")
            + ", "
            + System.getProperty("java.vendor"));
    line(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
    line("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    line("memory", memory());
    line("DJL", first("pytorch-engine.properties", "djl_version", "not on the class path"));
    line(
        "libtorch JNI", first("jnilib/pytorch.properties", "jni_version", "not on the class path"));
    line("libtorch", natives());
    line("cache folder", cache());
    boolean healthy = true;
    for (Backend backend : Backend.values()) {
      healthy &= trial(backend);
    }
    return healthy ? 0 : spec.exitCodeOnExecutionException();
  }

  private boolean trial(Backend backend) {
    String name = "backend " + backend.name().toLowerCase(Locale.ROOT);
    long start = System.nanoTime();
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      double sum =
          session.compute(a -> a.tensor(new double[] {1, 2}, Shape.of(2)).log().sum().item());
      boolean right = Math.abs(sum - Math.log(2)) < 1e-12;
      line(
          name,
          right
              ? "works, first result after " + (System.nanoTime() - start) / 1_000_000 + " ms"
              : "computes wrongly: log 2 = " + sum);
      return right;
    } catch (RuntimeException | LinkageError e) {
      line(name, "does not work: " + (e.getMessage() == null ? e : e.getMessage()));
      return false;
    }
  }

  private static String memory() {
    String heap = "heap at most " + (Runtime.getRuntime().maxMemory() >> 20) + " MB";
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? (system.getTotalMemorySize() >> 20)
            + " MB, "
            + (system.getFreeMemorySize() >> 20)
            + " MB free; "
            + heap
        : heap;
  }

  /** The platforms whose libtorch is on the class path: there may be several, or none. */
  private static String natives() {
    List<String> found = new ArrayList<>();
    for (Properties p : resources("native/lib/pytorch.properties")) {
      found.add(
          p.getProperty("version", "?")
              + " "
              + p.getProperty("flavor", "?")
              + " "
              + p.getProperty("classifier", "?"));
    }
    return found.isEmpty()
        ? "not on the class path: only the java backend works"
        : String.join("; ", found);
  }

  /** Where libtorch is unpacked at its first start. */
  private static String cache() {
    Path home = Path.of(System.getProperty("user.home"));
    Path cache =
        setting("ENGINE_CACHE_DIR")
            .or(() -> setting("DJL_CACHE_DIR"))
            .map(Path::of)
            .orElse(home.resolve(".djl.ai"));
    Path existing = cache.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    boolean writable = existing != null && Files.isWritable(existing);
    return cache + (writable ? " (writable)" : " (NOT writable: set DJL_CACHE_DIR to another)");
  }

  private static java.util.Optional<String> setting(String name) {
    return java.util.Optional.ofNullable(System.getenv(name))
        .or(() -> java.util.Optional.ofNullable(System.getProperty(name)));
  }

  private static String first(String resource, String key, String otherwise) {
    return resources(resource).stream()
        .map(p -> p.getProperty(key, "unknown"))
        .findFirst()
        .orElse(otherwise);
  }

  private static List<Properties> resources(String name) {
    List<Properties> all = new ArrayList<>();
    try {
      for (URL url : Collections.list(DoctorCommand.class.getClassLoader().getResources(name))) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
          properties.load(in);
        }
        all.add(properties);
      }
    } catch (IOException e) {
      // An unreadable class path shows as "not on the class path", and the trial says why.
      return all;
    }
    return all;
  }

  private void line(String what, String found) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format("%-14s %s", what, found));
  }
}
