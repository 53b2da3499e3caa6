package io.flowsvi.ppl.assertions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.Function;

/** The contract of compiled code: the eager engine's numbers, values and gradients, to rounding. */
public final class CompiledAgreement {
  private static final double RELATIVE = 1e-10;
  private static final double ABSOLUTE = 1e-12;
  private static final Seed NOISE = Seed.of(23).fold("agreement");

  private CompiledAgreement() {}

  /**
   * Runs a function of a store's parameters and a key of noise both ways: a weighted sum of its
   * result, so that every element counts differently, and its gradient.
   */
  public static void holds(ParamStore store, Function<Seed, Tensor> function) {
    double[] eager = new double[store.size()];
    double value;
    try (Session session = Session.open(1)) {
      value =
          session.compute(a -> Tape.gradient(store, eager, () -> weighted(function.apply(NOISE))));
    }
    Program program =
        new Program(Recorder.recordGradient(store, r -> weighted(function.apply(r.seed()))));
    // Twice: arrays that are used again must not remember the first run.
    program.run(store.values(), NOISE.fold(1));
    program.run(store.values(), NOISE);
    close("value", program.output(0)[0], value, 1);
    double size = 0;
    for (double g : eager) {
      size = Double.isFinite(g) ? Math.max(size, Math.abs(g)) : size;
    }
    int number = 1;
    for (Param param : store.params()) {
      double[] gradient = program.output(number++);
      for (int i = 0; i < gradient.length; i++) {
        close(param.path() + " " + i, gradient[i], eager[param.offset() + i], size);
      }
    }
  }

  /** Gradients are sums of terms of their largest size, and are rounded accordingly. */
  private static void close(String what, double got, double expected, double size) {
    if (Double.isNaN(expected) || Double.isInfinite(expected)) {
      assertThat(Double.compare(got, expected))
          .as("%s: %s, expected %s", what, got, expected)
          .isZero();
    } else {
      double tolerance = ABSOLUTE * Math.max(1, size) + RELATIVE * Math.abs(expected);
      assertThat(got).as(what).isCloseTo(expected, within(tolerance));
    }
  }

  private static Tensor weighted(Tensor y) {
    double[] w = new double[y.shape().size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.sin(i + 1.0);
    }
    return y.times(Arena.current().tensor(w, y.shape())).sum();
  }
}
