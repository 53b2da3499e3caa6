package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How the cost of a compiled step grows: with particles, dimensions, data and layers; the
 * arithmetic grows linearly in each but for the dimension of a normal with dense covariances, where
 * it is quadratic. The last column is the cost for that arithmetic, in nanoseconds. Then 32 planar
 * layers on a 2-D energy with 500 particles.
 *
 * <p>{@code -Dflowsvi.step.curves=particles,dimension,data,layers,energy} chooses. The table is
 * printed and written to {@code target/scaling.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class ScalingBenchmark {
  private final StringBuilder table = new StringBuilder();

  @Test
  void curves() throws IOException {
    String all = "particles,dimension,data,layers,energy";
    List<String> chosen = List.of(System.getProperty("flowsvi.step.curves", all).split(","));
    line("curve", "at", "us median", "us best", "ns each");
    for (String curve : chosen) {
      switch (curve) {
        case "particles" -> {
          for (int p : new int[] {1, 10, 100, 1_000, 10_000}) {
            FlowFamily guide = StepProblems.guides().get("mean-field");
            row(curve, p, StepProblems.problems().get("schools"), guide, p, p);
          }
        }
        case "dimension" -> {
          for (int d : new int[] {2, 10, 30, 100, 300, 1_000}) {
            FlowFamily guide = StepProblems.guides().get("mean-field");
            row(curve, d, StepProblems.gauss(d), guide, 10, 10L * d * d);
          }
        }
        case "data" -> {
          for (int n : new int[] {100, 1_000, 10_000, 100_000, 1_000_000}) {
            FlowFamily guide = StepProblems.guides().get("mean-field");
            row(curve, n, StepProblems.logistic(n, 5), guide, 1, n);
          }
        }
        case "layers" -> {
          for (int k : new int[] {1, 2, 4, 8, 16, 32}) {
            StepProblems.Problem<?> schools = StepProblems.problems().get("schools");
            row(curve, k, schools, StepProblems.planar(k), 10, k);
          }
        }
        case "energy" -> row(curve, 32, StepProblems.energy(), StepProblems.planar(32), 500, 32);
        default -> throw new IllegalArgumentException("No curve " + curve + "; one of " + all);
      }
    }
    Path file = Path.of("target", "scaling.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
  }

  private void row(
      String curve,
      int at,
      StepProblems.Problem<?> problem,
      FlowFamily guide,
      int particles,
      long work) {
    StepTimer.Cost cost = StepTimer.cost(problem, guide, StepTimer.Way.COMPILED, particles);
    line(
        curve,
        at,
        String.format(Locale.ROOT, "%.1f", cost.median()),
        String.format(Locale.ROOT, "%.1f", cost.best()),
        String.format(Locale.ROOT, "%.2f", 1e3 * cost.best() / work));
  }

  private void line(Object... cells) {
    String row = String.format("%-10s %9s %12s %12s %12s%n", cells);
    table.append(row);
    System.out.print(row);
  }
}
