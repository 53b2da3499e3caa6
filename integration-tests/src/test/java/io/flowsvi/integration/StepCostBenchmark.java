package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What one step of a fit costs: eight schools, a logistic regression of 1,000 rows and 20
 * predictors, a regression of 919 rows in 85 groups, a normal of 100 dimensions; six guides, 1, 10
 * and 100 particles, one thread, float64; with the time of the first step, which records and
 * compiles.
 *
 * <p>The sizes are the peers', so that the table can be laid beside theirs. {@code
 * -Dflowsvi.step.problems}, {@code .guides}, {@code .particles} (lists) and {@code .ways=COMPILED,
 * JAVA,TORCH} choose. The table is printed and written to {@code target/step-cost.txt}; nothing is
 * asserted about time.
 */
@Tag("benchmark")
class StepCostBenchmark {
  private static final String LINE = "%-10s %-16s %-8s %4s %12s %12s %10s %8s%n";

  private static List<String> chosen(String what, String standard) {
    return List.of(System.getProperty("flowsvi.step." + what, standard).split(","));
  }

  @Test
  void table() throws IOException {
    StringBuilder table = new StringBuilder();
    Map<String, FlowFamily> guides = StepProblems.guides();
    Map<String, StepProblems.Problem<?>> problems = StepProblems.problems();
    print(table, "model", "guide", "way", "P", "us median", "us best", "first ms", "ops");
    for (String way : chosen("ways", "COMPILED,JAVA,TORCH")) {
      for (String problem : chosen("problems", String.join(",", problems.keySet()))) {
        for (String guide : chosen("guides", String.join(",", guides.keySet()))) {
          for (String particles : chosen("particles", "1,10,100")) {
            StepTimer.Cost cost =
                StepTimer.cost(
                    problems.get(problem),
                    guides.get(guide),
                    StepTimer.Way.valueOf(way),
                    Integer.parseInt(particles));
            print(
                table,
                problem,
                guide,
                way,
                particles,
                String.format(Locale.ROOT, "%.1f", cost.median()),
                String.format(Locale.ROOT, "%.1f", cost.best()),
                String.format(Locale.ROOT, "%.1f", cost.first()),
                cost.operations());
          }
        }
      }
    }
    Path file = Path.of("target", "step-cost.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
  }

  private static void print(StringBuilder table, Object... cells) {
    String row = String.format(LINE, cells);
    table.append(row);
    System.out.print(row);
  }
}
