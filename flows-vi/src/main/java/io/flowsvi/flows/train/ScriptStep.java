package io.flowsvi.flows.train;

import io.flowsvi.flows.objective.Objective;
import io.flowsvi.ppl.compile.Programs;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.script.ScriptProgram;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Seed;

/**
 * Records the step on its first batch and runs it as one call of the engine that the parameters
 * live in, from then on; while some of them are frozen they live in Java, and the step runs
 * eagerly.
 */
final class ScriptStep<D> implements Step<D> {
  private final Target<D> target;
  private final Objective objective;
  private final Programs<ScriptProgram> programs;
  private final Step<D> eager;

  ScriptStep(Target<D> target, Objective objective, Residence place, Step<D> eager) {
    this.target = target;
    this.objective = objective;
    this.eager = eager;
    this.programs =
        new Programs<>(
            target.params(),
            recording ->
                new ScriptProgram(recording, place, target.session().settings().precision()));
  }

  /** Throws {@link RecordingException} where the step on this batch cannot be recorded. */
  @Override
  public double run(D batch, Seed key, long number, double temperature) {
    ParamStore params = target.params();
    if (!params.trainsAll()) {
      return eager.run(batch, key, number, temperature);
    }
    return target
        .session()
        .compute(
            arena -> {
              ScriptProgram program =
                  programs.gradient(
                      batch,
                      recorder -> target.loss(objective, recorder, batch, objective.particles()));
              program.input(Target.TEMPERATURE, temperature);
              return program.gradient(params, key, number);
            });
  }

  /** Written where the step runs eagerly, or where the engine's own is read. */
  @Override
  public double[] gradient() {
    return eager.gradient();
  }
}
