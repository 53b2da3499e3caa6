package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled steps make no garbage once the JVM is warm. */
class StepAllocationTest {
  /** The trace of losses grows to its bound of 32 kB, whatever the number of steps. */
  private static final long TRACE = 33_000;

  /** Whole steps, and those of so many particles that they are computed part by part. */
  @ParameterizedTest
  @CsvSource({"FLOAT64,10,20000", "FLOAT32,10,20000", "FLOAT64,6000,1000", "FLOAT32,6000,1000"})
  void aStepAllocatesNothing(Precision precision, int particles, int steps) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    try (Session session =
        Session.open(SessionSettings.of(7).withThreads(1).withPrecision(precision))) {
      var model = Problems.eightSchools();
      var data = Problems.Schools.eight();
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, data);
      Guide<Object> guide = Problems.meanField(structure, params);
      SviSettings settings = SviSettings.defaults().withLearningRate(1e-4);
      var svi = new Svi<>(session, params, structure, model, guide, new Elbo(particles), settings);
      for (int i = 0; i < steps; i++) {
        svi.advance(data);
      }
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < steps; i++) {
        svi.advance(data);
      }
      long bytes = threads.getThreadAllocatedBytes(thread) - before;
      assertThat(bytes).as("%s, %d particles", precision, particles).isLessThan(TRACE);
    }
  }
}
