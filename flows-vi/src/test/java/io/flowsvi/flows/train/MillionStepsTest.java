package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long fits of small models take seconds, and no more memory than short ones. */
class MillionStepsTest {
  private static final int MILLION = 1_000_000;
  private static final long TEN_SECONDS = 10_000_000_000L;

  /**
   * An ordinary fit of a million steps, with a hundred evaluations: seconds, and no more memory.
   */
  @Test
  @Tag("slow")
  void aMillionStepsLeaveMemoryFlat() {
    try (Session session = Session.open(7)) {
      var model = Problems.eightSchools();
      var data = Problems.Schools.eight();
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, data);
      Guide<Object> guide = Problems.meanField(structure, params);
      SviSettings settings =
          SviSettings.defaults()
              .withSteps(MILLION)
              .withLearningRate(1e-3)
              .withEvaluation(MILLION / 100, 100)
              .withConvergence(Convergence.never());
      List<Long> used = new ArrayList<>();
      var svi = new Svi<>(session, params, structure, model, guide, new Elbo(1), settings);
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long start = threads.getCurrentThreadCpuTime();
      Fit<?> fit =
          svi.run(
              data,
              new SviListener() {
                @Override
                public void evaluated(Evaluation evaluation) {
                  if (evaluation.step() % (MILLION / 10) == 0) {
                    System.gc();
                    Runtime runtime = Runtime.getRuntime();
                    used.add(runtime.totalMemory() - runtime.freeMemory());
                  }
                }
              });
      assertThat(fit.status()).isEqualTo(Status.STEPS_USED);
      // Of this thread's processor: other programs' load is not counted.
      assertThat(threads.getCurrentThreadCpuTime() - start).isLessThan(TEN_SECONDS);
      // The JVM's own bookkeeping of compiled code comes and goes; a step's byte would be 900 kB.
      assertThat(used.get(used.size() - 1) - used.get(1)).isLessThan(500_000);
    }
  }
}
