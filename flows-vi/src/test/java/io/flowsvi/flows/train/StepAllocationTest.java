package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Compiled steps make no garbage once the JVM is warm. */
class StepAllocationTest {
  private static final int WARM_UP = 30_000;
  private static final int STEPS = 10_000;

  @Test
  void aStepAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (Session session = Session.open(7)) {
      var model = Problems.eightSchools();
      var data = Problems.Schools.eight();
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, data);
      Guide<Object> guide = Problems.meanField(structure, params);
      SviSettings settings = SviSettings.defaults().withLearningRate(1e-4);
      var svi = new Svi<>(session, params, structure, model, guide, new Elbo(10), settings);
      for (int i = 0; i < WARM_UP; i++) {
        svi.advance(data);
      }
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < STEPS; i++) {
        svi.advance(data);
      }
      // The trace of losses grows to its bound of 32 kB, whatever the number of steps.
      assertThat((threads.getThreadAllocatedBytes(thread) - before) / (double) STEPS).isLessThan(1);
    }
  }
}
