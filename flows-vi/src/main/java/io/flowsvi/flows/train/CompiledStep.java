package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.compile.Programs;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/**
 * Records the step on its first batch and runs it as compiled code from then on.
 *
 * <p>Another batch is recorded again without its gradient: where only its data differ, the code is
 * kept. A step whose operations differ from batch to batch is refused after a few.
 */
final class CompiledStep<D> implements Step<D> {
  private final Target<D> target;
  private final Objective objective;
  private final Programs programs;
  private final int[] offsets;

  CompiledStep(Target<D> target, Objective objective) {
    this.target = target;
    this.objective = objective;
    this.programs = new Programs(target.params());
    this.offsets = target.params().params().stream().mapToInt(Param::offset).toArray();
  }

  /** How many programs were compiled so far. */
  int compiled() {
    return programs.compiled();
  }

  /** Throws {@link RecordingException} where the step on this batch cannot be recorded. */
  @Override
  public double run(D batch, Seed key, long number, double temperature, double[] gradient) {
    Program program =
        programs.isBoundTo(batch)
            ? programs.last()
            : programs.gradient(batch, recorder -> loss(recorder, batch));
    Arrays.fill(program.input("temperature"), temperature);
    program.run(target.params().values(), key, number);
    for (int i = 0; i < offsets.length; i++) {
      double[] part = program.output(i + 1);
      System.arraycopy(part, 0, gradient, offsets[i], part.length);
    }
    boolean[] trained = target.params().trainable();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = trained[i] ? gradient[i] : 0;
    }
    return program.output(0)[0];
  }

  private Tensor loss(Recorder recorder, D batch) {
    Proposal proposal =
        objective
            .<D>proposing(target.guide())
            .propose(new ArenaInputs(), batch, objective.particles(), recorder.seed());
    Scores scores = target.scores(batch, proposal);
    return objective.loss(scores, recorder.input("temperature", Shape.scalar()));
  }
}
