package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No kernel of a bundled model's compiled step makes garbage, whatever the guide. */
class StepAllocationTest {
  /** The first runs link code; later ones do what all do. */
  private static final int WARM_UP = 60;

  private static final int RUNS = 10;
  private static final int BLOCKS = 5;

  /**
   * Every model, and every guide once. Not Student-t noise: each gamma draw makes a sampler of the
   * library for its concentration.
   */
  static Stream<Arguments> steps() {
    return Stream.concat(
        ModelCatalog.bundled().keySet().stream().map(model -> Arguments.of(model, "low-rank")),
        FlowCatalog.library().names().stream()
            .filter(family -> !family.equals("student-t"))
            .map(family -> Arguments.of("logistic-regression", family)));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStepAllocatesNothing(String model, String family) {
    for (Precision precision : Precision.values()) {
      assertThat(bytes(ModelCatalog.bundled().get(model), family, precision))
          .as("%s", precision)
          .isZero();
    }
  }

  private static <D> long bytes(ModelEntry<D> entry, String family, Precision precision) {
    D data = entry.bundled().get();
    try (Session session = Session.open(11)) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          FlowCatalog.library().guide(family).build(structure, params.scope("guide"));
      Recording recorded = recorded(structure, entry.model(), data, params, guide);
      Program program = new Program(recorded, precision);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      Seed key = Seed.of(3);
      for (int i = 0; i < WARM_UP; i++) {
        program.run(params.values(), key, i);
      }
      // What a run makes, it makes in every block; linking a path that was seldom taken does not.
      long least = Long.MAX_VALUE;
      for (int block = 0; block < BLOCKS; block++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < RUNS; i++) {
          program.run(params.values(), key, i);
          program.others();
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
      }
      return least;
    }
  }

  private static <D> Recording recorded(
      ModelStructure structure, Model<D> model, D data, ParamStore params, Guide<Object> guide) {
    return Recorder.recordGradient(
        params,
        recorder -> {
          Proposal proposal = guide.propose(new ArenaInputs(), data, 4, recorder.seed());
          Scores scores =
              Scores.of(Scoring.run(structure, model, data, proposal.values()), proposal);
          return new Elbo(4).loss(scores, Tensor.number(1));
        });
  }
}
