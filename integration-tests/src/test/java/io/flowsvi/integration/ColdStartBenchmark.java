package io.flowsvi.integration;

import io.flowsvi.models.bayes.ModelCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a fit takes to get going: from the start of a JVM, mean-field, 10 particles, to the end
 * of the first step, and the first step alone, which records, differentiates and compiles; medians
 * of ten JVMs for eight schools, of five for the bundled models, whose data are read from JSON.
 *
 * <p>The table is printed and written to {@code target/cold-start.txt}; nothing is asserted.
 */
@Tag("benchmark")
class ColdStartBenchmark {
  @Test
  void table() throws IOException, InterruptedException {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-24s %5s %16s %16s %12s%n",
            "model", "JVMs", "start to step ms", "the step ms", "libtorch"));
    table.append(row(ColdStart.SCHOOLS, 10));
    for (String name : ModelCatalog.bundled().keySet()) {
      table.append(row(name, 5));
    }
    System.out.print(table);
    Path file = Path.of("target", "cold-start.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
  }

  private static String row(String model, int runs) throws IOException, InterruptedException {
    double[] all = new double[runs];
    double[] steps = new double[runs];
    List<String> torch = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      List<String> lines =
          FitProcess.spawn(
              ColdStart.class, List.of(), String.valueOf(System.currentTimeMillis()), model);
      String[] words = lines.get(lines.size() - 1).split(" ", 3);
      all[i] = Double.parseDouble(words[0]);
      steps[i] = Double.parseDouble(words[1]);
      if (!torch.contains(words[2])) {
        torch.add(words[2]);
      }
    }
    return String.format(
        Locale.ROOT,
        "%-24s %5d %16.0f %16.0f %12s%n",
        model,
        runs,
        median(all),
        median(steps),
        String.join(", ", torch));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
