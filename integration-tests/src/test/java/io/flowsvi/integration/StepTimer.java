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
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.vector.Width;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Times the steps of a fit: the first, those until HotSpot has compiled them, and blocks of later
 * ones.
 */
final class StepTimer {
  private static final int BLOCKS = 50;

  /** A median of fewer blocks says nothing. */
  private static final int FEWEST = 5;

  /** Warm once so many stretches in a row were no quicker than the best before them. */
  private static final int SETTLED = 3;

  /** HotSpot's second compiler takes no method that ran less often. */
  private static final int COMPILED_AFTER = 1_000;

  private static final double STRETCH = 0.25e9;
  private static final double QUICKER = 0.9;
  private static final double SECONDS =
      Double.parseDouble(System.getProperty("flowsvi.step.seconds", "1"));

  private static final int THREADS = Integer.getInteger("flowsvi.step.threads", 1);
  private static final double WARM =
      Double.parseDouble(System.getProperty("flowsvi.step.warm", "30"));

  /** How a step is executed. */
  enum Way {
    /** Compiled to JVM code. */
    COMPILED(Backend.JAVA, Execution.COMPILED, Precision.FLOAT64),
    /** The same in single precision. */
    COMPILED32(Backend.JAVA, Execution.COMPILED, Precision.FLOAT32),
    /** One TorchScript function in single precision. */
    SCRIPT32(Backend.TORCH, Execution.COMPILED, Precision.FLOAT32),
    /** Operation by operation, plain Java. */
    JAVA(Backend.JAVA, Execution.EAGER, Precision.FLOAT64),
    /** Operation by operation, libtorch. */
    TORCH(Backend.TORCH, Execution.EAGER, Precision.FLOAT64);

    private final Backend backend;
    private final Execution execution;
    private final Precision precision;

    Way(Backend backend, Execution execution, Precision precision) {
      this.backend = backend;
      this.execution = execution;
      this.precision = precision;
    }

    private SessionSettings session() {
      return SessionSettings.of(1).withBackend(backend).withPrecision(precision);
    }
  }

  /**
   * What was measured.
   *
   * @param median µs a step, of all blocks
   * @param best µs a step, the best block
   * @param alone µs a step, the median of the blocks in which the core was not shared; not a number
   *     if there were fewer than five
   * @param share of the blocks in which the core was not shared
   * @param core µs of the loop of {@link Core} at its best
   * @param first milliseconds of the first step, which records and compiles
   * @param warm seconds of steps until they got no quicker, {@code flowsvi.step.warm} at most
   * @param operations of the engine, a step
   */
  record Cost(
      double median,
      double best,
      double alone,
      double share,
      double core,
      double first,
      double warm,
      long operations) {}

  private StepTimer() {}

  /** How steps are timed here, in words. */
  static String settings() {
    return "float64 (COMPILED32 and SCRIPT32: float32), "
        + THREADS
        + (THREADS == 1 ? " thread" : " threads")
        + ", numbers in a vector "
        + Width.DOUBLE.lanes()
        + ", Java "
        + Runtime.version().feature()
        + ", "
        + SECONDS
        + " s a row after steps until they get no quicker, ELBO, learning rate 1e-4, seed 1";
  }

  static <D> Cost cost(StepProblems.Problem<D> problem, FlowFamily family, Way way, int particles) {
    try (Session session = Session.open(way.session())) {
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
      double each = warm(svi, data);
      double warm = (System.nanoTime() - start) / 1e9;
      int steps = Math.max(1, (int) (SECONDS / BLOCKS / each));
      double[] micros = new double[BLOCKS];
      double[] speeds = new double[BLOCKS + 1];
      Core core = new Core();
      speeds[0] = core.now();
      long before = session.operations();
      for (int b = 0; b < BLOCKS; b++) {
        long t0 = System.nanoTime();
        for (int i = 0; i < steps; i++) {
          svi.step(data);
        }
        micros[b] = (System.nanoTime() - t0) / 1e3 / steps;
        speeds[b + 1] = core.now();
      }
      long operations = (session.operations() - before) / ((long) BLOCKS * steps);
      double[] alone =
          IntStream.range(0, BLOCKS)
              .filter(b -> !core.isShared(Math.max(speeds[b], speeds[b + 1])))
              .mapToDouble(b -> micros[b])
              .toArray();
      return new Cost(
          median(micros),
          Arrays.stream(micros).min().orElseThrow(),
          alone.length < FEWEST ? Double.NaN : median(alone),
          (double) alone.length / BLOCKS,
          core.best(),
          first,
          warm,
          operations);
    }
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  /** Makes steps until they get no quicker; the seconds that one took at last. */
  private static <D> double warm(Svi<D> svi, D data) {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    double each = best;
    long made = 0;
    for (int since = 0;
        (since < SETTLED || made < COMPILED_AFTER) && System.nanoTime() - start < WARM * 1e9;
        since++) {
      long from = System.nanoTime();
      int steps = 0;
      while (System.nanoTime() - from < STRETCH || steps < 3) {
        svi.step(data);
        steps++;
      }
      made += steps;
      each = (System.nanoTime() - from) / 1e9 / steps;
      if (each < QUICKER * best) {
        since = -1;
      }
      best = Math.min(best, each);
    }
    return each;
  }
}
