package io.flowsvi.ppl.model;

import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/**
 * A function of the rows of a matrix, {@code [rows, dim]} to {@code [rows]}, as compiled code with
 * a fixed number of rows; with its gradients or without, each compiled when first asked for.
 *
 * <p>Fewer rows are filled up with copies of the last, so a row's bits do not depend on the others.
 */
final class DensityProgram {
  private static final Seed NO_NOISE = Seed.of(0);

  private final int rows;
  private final int dim;
  private final UnaryOperator<Tensor> function;
  private Optional<Program> values = Optional.empty();
  private Optional<Program> gradients = Optional.empty();
  private boolean refused;

  /** Of so many rows. */
  DensityProgram(int rows, int dim, UnaryOperator<Tensor> function) {
    this.rows = rows;
    this.dim = dim;
    this.function = function;
  }

  /** How many rows a run computes. */
  int rows() {
    return rows;
  }

  /** Writes the values of some points; false, and nothing, where the function is not compiled. */
  boolean values(double[] points, int from, int count, double[] into) {
    if (!refused && values.isEmpty()) {
      values = compile(false);
    }
    return !refused && run(values.get(), points, from, count, into);
  }

  /** As {@link #values}, and writes their gradients. */
  boolean gradients(double[] points, int from, int count, double[] into, double[] slopes) {
    if (!refused && gradients.isEmpty()) {
      gradients = compile(true);
    }
    if (refused || !run(gradients.get(), points, from, count, into)) {
      return false;
    }
    System.arraycopy(gradients.get().output(1), 0, slopes, from * dim, count * dim);
    return true;
  }

  private boolean run(Program program, double[] points, int from, int count, double[] into) {
    double[] input = program.input("x");
    if (input.length > 0) {
      for (int row = 0; row < rows; row++) {
        int at = from + Math.min(row, count - 1);
        System.arraycopy(points, at * dim, input, row * dim, dim);
      }
    }
    program.run(new double[0], NO_NOISE);
    System.arraycopy(program.output(0), 0, into, from, count);
    return true;
  }

  private Optional<Program> compile(boolean withGradients) {
    try {
      return Optional.of(
          new Program(
              Recorder.record(
                  new ParamStore(NO_NOISE),
                  recorder -> {
                    Tensor x = recorder.input("x", Shape.of(rows, dim));
                    Tensor value = function.apply(x);
                    List<Tensor> results = new ArrayList<>(List.of(value));
                    if (withGradients) {
                      results.addAll(recorder.gradient(value.sum(), List.of(x)));
                    }
                    return results;
                  })));
    } catch (RecordingException e) {
      LoggerFactory.getLogger(DensityProgram.class)
          .debug("A log density of {} points runs eagerly: {}", rows, e.getMessage());
      refused = true;
      return Optional.empty();
    }
  }
}
