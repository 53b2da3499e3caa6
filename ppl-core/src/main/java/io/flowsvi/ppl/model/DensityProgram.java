package io.flowsvi.ppl.model;

import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** A scalar function of a vector, compiled with its gradient when it is first asked for. */
final class DensityProgram {
  private static final Seed NO_NOISE = Seed.of(0);

  private final int dim;
  private final UnaryOperator<Tensor> function;
  private Optional<Program> program = Optional.empty();
  private boolean tried;

  /** Of a function of {@code [1, dim]}. */
  DensityProgram(int dim, UnaryOperator<Tensor> function) {
    this.dim = dim;
    this.function = function;
  }

  /** Writes the gradient and returns the value; empty where the function cannot be recorded. */
  synchronized OptionalDouble gradient(double[] x, double[] gradient) {
    if (!tried) {
      tried = true;
      program = compile();
    }
    if (program.isEmpty()) {
      return OptionalDouble.empty();
    }
    double[] input = program.get().input("x");
    System.arraycopy(x, 0, input, 0, input.length);
    program.get().run(new double[0], NO_NOISE);
    System.arraycopy(program.get().output(1), 0, gradient, 0, dim);
    return OptionalDouble.of(program.get().output(0)[0]);
  }

  private Optional<Program> compile() {
    try {
      return Optional.of(
          new Program(
              Recorder.record(
                  new ParamStore(NO_NOISE),
                  recorder -> {
                    Tensor x = recorder.input("x", Shape.of(1, dim));
                    Tensor value = function.apply(x);
                    return List.of(value, recorder.gradient(value, List.of(x)).get(0));
                  })));
    } catch (RecordingException e) {
      return Optional.empty();
    }
  }
}
