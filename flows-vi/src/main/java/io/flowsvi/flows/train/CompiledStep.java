package io.flowsvi.flows.train;

import io.flowsvi.flows.objective.Objective;
import io.flowsvi.ppl.compile.Crew;
import io.flowsvi.ppl.compile.Partition;
import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.compile.Programs;
import io.flowsvi.ppl.compile.SingleMemory;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Records the step on its first batch and runs it as compiled code from then on.
 *
 * <p>Another batch is recorded again without its gradient: where only its data differ, the code is
 * kept. A step whose operations differ from batch to batch is refused after a few. The particles of
 * a long step are computed part by part, by some threads.
 */
final class CompiledStep<D> implements Step<D> {
  private final Target<D> target;
  private final Objective objective;
  private final Programs<Program> programs;
  private final Crew crew;
  private final Optional<SingleMemory> memory;
  private final int[] offsets;
  private final int[] sizes;
  private double[] means = {};
  private double[] gradient = {};
  private int parts;

  /** With parameters in Java's doubles. */
  CompiledStep(Target<D> target, Objective objective, int threads) {
    this(target, objective, threads, Optional.empty());
  }

  /** With memory for floats where steps compute in single precision. */
  CompiledStep(Target<D> target, Objective objective, int threads, Optional<SingleMemory> memory) {
    this.target = target;
    this.objective = objective;
    this.memory = memory;
    this.programs = Programs.compiling(target.params(), target.session().settings().precision());
    this.crew = new Crew(threads);
    List<Param> params = target.params().params();
    this.offsets = new int[params.size()];
    this.sizes = new int[params.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = params.get(i).offset();
      sizes[i] = params.get(i).shape().size();
    }
  }

  /** How many programs were compiled so far. */
  int compiled() {
    return programs.compiled();
  }

  /** Into how many parts the particles are split; 0 before the first step. */
  int parts() {
    return parts;
  }

  /** Throws {@link RecordingException} where the step on this batch cannot be recorded. */
  @Override
  public double run(D batch, Seed key, long number, double temperature) {
    Program program = programs.isBoundTo(batch) ? programs.last() : program(batch);
    Arrays.fill(program.input(Target.TEMPERATURE), temperature);
    if (memory.isPresent() && target.params().trainsAll()) {
      return inFloats(memory.get(), program, key, number);
    }
    double[] values = target.params().values();
    double loss;
    if (parts == 1) {
      program.run(values, key, number);
      gradient = program.others();
      loss = program.output(0)[0];
    } else {
      loss = mean(program, values, key, number);
    }
    clear();
    return loss;
  }

  private double inFloats(SingleMemory place, Program program, Seed key, long number) {
    ParamStore params = target.params();
    params.settle(place);
    params.lend();
    if (parts > 1) {
      return crew.run(program, parts, objective.particles() / parts, place, key, number);
    }
    program.run(place, key, number);
    return program.output(0)[0];
  }

  private double mean(Program program, double[] values, Seed key, long number) {
    if (means.length == 0) {
      means = new double[1 + target.params().size()];
      gradient = new double[target.params().size()];
    }
    crew.run(program, parts, objective.particles() / parts, values, key, number, means);
    System.arraycopy(means, 1, gradient, 0, gradient.length);
    return means[0];
  }

  /** Where a memory keeps the gradient, room for it. */
  @Override
  public double[] gradient() {
    if (gradient.length != target.params().size()) {
      gradient = new double[target.params().size()];
    }
    return gradient;
  }

  /** All numbers of a parameter train, or none. */
  private void clear() {
    if (target.params().trainsAll()) {
      return;
    }
    boolean[] trains = target.params().trainable();
    for (int i = 0; i < offsets.length; i++) {
      if (sizes[i] > 0 && !trains[offsets[i]]) {
        Arrays.fill(gradient, offsets[i], offsets[i] + sizes[i], 0);
      }
    }
  }

  private Program program(D batch) {
    int particles = objective.particles();
    if (parts == 0) {
      Recording whole = Recorder.recordGradient(target.params(), new Loss(batch, particles));
      parts =
          objective.averagesParticles()
              ? Partition.parts(whole, particles, n -> alone(batch, n), target.params().values())
              : 1;
      if (parts == 1) {
        return programs.of(batch, whole);
      }
    }
    return programs.gradient(batch, new Loss(batch, particles / parts));
  }

  /** The loss of so many particles on a batch. */
  private final class Loss implements Function<Recorder, Tensor> {
    private final D batch;
    private final int particles;

    Loss(D batch, int particles) {
      this.batch = batch;
      this.particles = particles;
    }

    @Override
    public Tensor apply(Recorder recorder) {
      return target.loss(objective, recorder, batch, particles);
    }
  }

  private Recording alone(D batch, int particles) {
    return Recorder.record(
        target.params(), recorder -> List.of(target.loss(objective, recorder, batch, particles)));
  }
}
