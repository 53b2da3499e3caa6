package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Execution;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.Arrays;

/** Times the steps of a fit: the first, and blocks of later ones. */
final class StepTimer {
  private static final int BLOCKS = 9;
  private static final double SECONDS =
      Double.parseDouble(System.getProperty("flowsvi.step.seconds", "1"));

  private static final int THREADS = Integer.getInteger("flowsvi.step.threads", 1);

  /** How a step is executed. */
  enum Way {
    /** Compiled to JVM code. */
    COMPILED(Backend.JAVA, Execution.COMPILED),
    /** Operation by operation, plain Java. */
    JAVA(Backend.JAVA, Execution.EAGER),
    /** Operation by operation, libtorch. */
    TORCH(Backend.TORCH, Execution.EAGER);

    private final Backend backend;
    private final Execution execution;

    Way(Backend backend, Execution execution) {
      this.backend = backend;
      this.execution = execution;
    }
  }

  /**
   * What was measured.
   *
   * @param median µs a step, of blocks
   * @param best µs a step, the best block
   * @param first milliseconds of the first step, which records and compiles
   * @param operations of the engine, a step
   */
  record Cost(double median, double best, double first, long operations) {}

  private StepTimer() {}

  /** How steps are timed here, in words. */
  static String settings() {
    return "float64, "
        + THREADS
        + (THREADS == 1 ? " thread" : " threads")
        + ", numbers in a vector "
        + VectorUnit.lanes()
        + ", Java "
        + Runtime.version().feature()
        + ", "
        + SECONDS
        + " s a row after a warm-up of half of that, ELBO, learning rate 1e-4, seed 1";
  }

  static <D> Cost cost(StepProblems.Problem<D> problem, FlowFamily family, Way way, int particles) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(way.backend))) {
      D data = problem.data();
      ModelStructure structure = ModelStructure.of(session, problem.model(), data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide = GuideFamily.of(family).build(structure, params.scope("guide"));
      Svi<D> svi =
          new Svi<>(
              session,
              params,
              structure,
              problem.model(),
              guide,
              new Elbo(particles),
              SviSettings.defaults()
                  .withLearningRate(1e-4)
                  .withExecution(way.execution)
                  .withThreads(THREADS));
      long cold = System.nanoTime();
      svi.step(data);
      double first = (System.nanoTime() - cold) / 1e6;
      long start = System.nanoTime();
      int warm = 0;
      while (System.nanoTime() - start < SECONDS * 0.5e9 || warm < 3) {
        svi.step(data);
        warm++;
      }
      double each = (System.nanoTime() - start) / 1e9 / warm;
      int steps = Math.max(1, (int) (SECONDS * 0.5 / BLOCKS / each));
      double[] micros = new double[BLOCKS];
      long before = session.operations();
      for (int b = 0; b < BLOCKS; b++) {
        long t0 = System.nanoTime();
        for (int i = 0; i < steps; i++) {
          svi.step(data);
        }
        micros[b] = (System.nanoTime() - t0) / 1e3 / steps;
      }
      long operations = (session.operations() - before) / ((long) BLOCKS * steps);
      Arrays.sort(micros);
      return new Cost(micros[BLOCKS / 2], micros[0], first, operations);
    }
  }
}
