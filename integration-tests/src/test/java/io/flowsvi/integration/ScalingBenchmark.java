package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How the cost of a compiled step grows: with particles, dimensions, data and layers; the
 * arithmetic grows linearly in each but for the dimension of a normal with dense covariances, where
 * it is quadratic. Then 32 planar layers on a 2-D energy with 500 particles.
 *
 * <p>The growth is the exponent of the time over the arithmetic since the row above: 1 where a step
 * costs as much more as there is more to compute, below 1 where fixed costs still count. {@code
 * -Dflowsvi.step.curves=particles,dimension,data,layers,energy} chooses. The table is printed and
 * written to {@code results/step-scaling.md}; nothing is asserted about time.
 */
@Tag("benchmark")
class ScalingBenchmark {
  private final ResultTable table =
      new ResultTable(
          Path.of("results", "step-scaling.md"),
          "How a step's cost grows",
          List.of(
              "`ScalingBenchmark`, " + StepTimer.settings(),
              "guide mean-field; layers and energy: planar layers"),
          "curve",
          "at",
          "µs median",
          "µs best",
          "ns each",
          "growth");
  private String last = "";
  private double lastTime;
  private long lastWork;

  @Test
  void curves() {
    String all = "particles,dimension,data,layers,energy";
    List<String> chosen = List.of(System.getProperty("flowsvi.step.curves", all).split(","));
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
  }

  private void row(
      String curve,
      int at,
      StepProblems.Problem<?> problem,
      FlowFamily guide,
      int particles,
      long work) {
    StepTimer.Cost cost = StepTimer.cost(problem, guide, StepTimer.Way.COMPILED, particles);
    boolean first = !curve.equals(last);
    double growth = Math.log(cost.best() / lastTime) / Math.log((double) work / lastWork);
    table.row(
        curve,
        String.valueOf(at),
        ResultTable.text(cost.median(), 1),
        ResultTable.text(cost.best(), 1),
        ResultTable.text(1e3 * cost.best() / work, 2),
        first ? "" : ResultTable.text(growth, 2));
    last = curve;
    lastTime = cost.best();
    lastWork = work;
  }
}
