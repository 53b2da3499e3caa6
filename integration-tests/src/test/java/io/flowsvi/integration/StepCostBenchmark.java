package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What one step of a fit costs: eight schools, a logistic regression of 1,000 rows and 20
 * predictors, a regression of 919 rows in 85 groups, a normal of 100 dimensions; six guides, 1, 10
 * and 100 particles, one thread, float64 or float32; with the time of the first step, which records
 * and compiles, and the seconds until HotSpot has compiled what that made. "Alone" are the blocks
 * of steps in which nobody else used the core ({@link Core}).
 *
 * <p>The sizes are the peers', so that the table can be laid beside theirs. {@code
 * -Dflowsvi.step.problems}, {@code .guides}, {@code .particles} (lists) and {@code .ways=COMPILED,
 * COMPILED32,SCRIPT32,JAVA,TORCH} choose. The table is printed and written to {@code
 * results/step-cost.md}; nothing is asserted about time.
 */
@Tag("benchmark")
class StepCostBenchmark {
  private static List<String> chosen(String what, String standard) {
    return List.of(System.getProperty("flowsvi.step." + what, standard).split(","));
  }

  @Test
  void table() {
    ResultTable table =
        new ResultTable(
            Path.of("results", "step-cost.md"),
            "What a step costs",
            List.of("`StepCostBenchmark`, " + StepTimer.settings()),
            "model",
            "guide",
            "way",
            "particles",
            "µs median",
            "µs best",
            "µs alone",
            "alone %",
            "core µs",
            "first ms",
            "warm s",
            "operations");
    Map<String, FlowFamily> guides = StepProblems.guides();
    Map<String, StepProblems.Problem<?>> problems = StepProblems.problems();
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
            table.row(
                problem,
                guide,
                way,
                particles,
                ResultTable.text(cost.median(), 1),
                ResultTable.text(cost.best(), 1),
                ResultTable.text(cost.alone(), 1),
                ResultTable.text(100 * cost.share(), 0),
                ResultTable.text(cost.core(), 1),
                ResultTable.text(cost.first(), 1),
                ResultTable.text(cost.warm(), 1),
                String.valueOf(cost.operations()));
          }
        }
      }
    }
  }
}
