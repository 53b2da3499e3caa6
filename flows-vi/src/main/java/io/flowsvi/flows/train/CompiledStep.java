package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records the step on its first batch and runs it as compiled code from then on.
 *
 * <p>Another batch is recorded again without its gradient: where only its data differ, the code is
 * kept. A step whose operations differ from batch to batch is refused after a few.
 */
final class CompiledStep<D> implements Step<D> {
  /** A full batch, the last of an epoch, and room for models with a few kinds of batches. */
  private static final int PROGRAMS = 6;

  private final Target<D> target;
  private final Objective objective;
  private final Map<Recording.Structure, Program> programs = new HashMap<>();
  private Program program;
  private D bound;

  CompiledStep(Target<D> target, Objective objective) {
    this.target = target;
    this.objective = objective;
  }

  /** Throws {@link RecordingException} where the step on this batch cannot be recorded. */
  @Override
  public double run(D batch, Seed noise, double temperature, double[] gradient) {
    if (batch != bound) {
      program = program(batch);
      bound = batch;
    }
    double[] input = program.input("temperature");
    Arrays.fill(input, temperature);
    program.run(target.params().values(), noise);
    int number = 1;
    for (Param param : target.params().params()) {
      double[] part = program.output(number++);
      System.arraycopy(part, 0, gradient, param.offset(), part.length);
    }
    boolean[] trained = target.params().trainable();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = trained[i] ? gradient[i] : 0;
    }
    return program.output(0)[0];
  }

  private Program program(D batch) {
    if (!programs.isEmpty()) {
      Recording plain = Recorder.record(target.params(), r -> List.of(loss(r, batch)));
      Program known = programs.get(plain.structure());
      if (known != null) {
        known.bind(plain);
        return known;
      }
    }
    if (programs.size() == PROGRAMS) {
      throw new RecordingException(
          "the step has other operations in each of "
              + PROGRAMS
              + " batches. Likely fix: let batches differ in their data alone, not in sizes or"
              + " plain numbers");
    }
    Recording recording = Recorder.recordGradient(target.params(), r -> loss(r, batch));
    Program made = new Program(recording);
    programs.put(recording.structure(), made);
    return made;
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
