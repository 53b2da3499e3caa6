package io.flowsvi.integration;

import io.flowsvi.models.bayes.ModelCatalog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a fit takes to get going: from the start of a JVM, mean-field, 10 particles, to the end
 * of the first step; the first step alone, which records, differentiates and compiles; and that of
 * a second fit in the same JVM. Medians of ten JVMs for eight schools, of five for the bundled
 * models, whose data are read from JSON.
 *
 * <p>From this JVM's class path, of directories; from {@code models/target/flowsvi.jar} and its
 * libraries, once they are packaged; and from these with an archive of loaded classes, which the
 * JVM writes at the end of a run where it is asked to.
 *
 * <p>The table is printed and written to {@code target/cold-start.txt}; nothing is asserted.
 */
@Tag("benchmark")
class ColdStartBenchmark {
  private static final Path TARGET = Path.of("target");
  private static final Path JAR =
      Path.of(System.getProperty("flowsvi.root", ".."), "models", "target", "flowsvi.jar");

  /** Where the classes come from. */
  private record Origin(String name, String classPath, List<String> jvm) {}

  @Test
  void table() throws IOException, InterruptedException {
    Files.createDirectories(TARGET);
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-24s %-14s %5s %16s %14s %16s %12s%n",
            "model",
            "classes from",
            "JVMs",
            "start to step ms",
            "first step ms",
            "second fit's ms",
            "libtorch"));
    List<Origin> origins = origins();
    for (Origin origin : origins) {
      table.append(row(origin, ColdStart.SCHOOLS, 10));
    }
    for (String name : ModelCatalog.bundled().keySet()) {
      table.append(row(origins.get(0), name, 5));
      if (origins.size() > 1) {
        table.append(row(origins.get(1), name, 5));
      }
    }
    System.out.print(table);
    Files.writeString(TARGET.resolve("cold-start.txt"), table);
  }

  private static List<Origin> origins() throws IOException, InterruptedException {
    List<Origin> origins = new ArrayList<>();
    origins.add(new Origin("directories", System.getProperty("java.class.path"), List.of()));
    if (Files.exists(JAR)) {
      // An archive of classes takes none from directories.
      Path own = TARGET.resolve("cold-start.jar").toAbsolutePath();
      pack(own, ColdStart.class);
      String jars = own + System.getProperty("path.separator") + JAR.toAbsolutePath();
      origins.add(new Origin("jar", jars, List.of()));
      Path archive = TARGET.resolve("cold-start.jsa").toAbsolutePath();
      spawn(
          new Origin("", jars, List.of("-XX:ArchiveClassesAtExit=" + archive)), ColdStart.SCHOOLS);
      origins.add(new Origin("jar + archive", jars, List.of("-XX:SharedArchiveFile=" + archive)));
    }
    return origins;
  }

  private static void pack(Path jar, Class<?> type) throws IOException {
    String entry = type.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        var in = type.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
    }
  }

  private static String[] spawn(Origin origin, String model)
      throws IOException, InterruptedException {
    String now = String.valueOf(System.currentTimeMillis());
    List<String> lines =
        FitProcess.spawn(origin.classPath(), ColdStart.class, origin.jvm(), now, model);
    return lines.get(lines.size() - 1).split(" ", 4);
  }

  private static String row(Origin origin, String model, int runs)
      throws IOException, InterruptedException {
    double[][] times = new double[3][runs];
    List<String> torch = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      String[] words = spawn(origin, model);
      for (int k = 0; k < times.length; k++) {
        times[k][i] = Double.parseDouble(words[k]);
      }
      if (!torch.contains(words[3])) {
        torch.add(words[3]);
      }
    }
    return String.format(
        Locale.ROOT,
        "%-24s %-14s %5d %16.0f %14.0f %16.0f %12s%n",
        model,
        origin.name(),
        runs,
        median(times[0]),
        median(times[1]),
        median(times[2]),
        String.join(", ", torch));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
