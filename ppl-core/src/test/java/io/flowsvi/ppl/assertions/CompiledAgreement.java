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
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The contract of compiled code: the eager engine's numbers, values and gradients, to rounding. */
public final class CompiledAgreement {
  private static final double RELATIVE = 1e-10;
  private static final double ABSOLUTE = 1e-12;
  private static final Seed NOISE = Seed.of(23).fold("agreement");

  private CompiledAgreement() {}

  /**
   * Runs a function of a store's parameters and a key of noise both ways: every element of its
   * result, and the gradient of a weighted sum of them, in which each counts differently. Code in
   * single precision is held to that in double precision ({@link SingleAgreement}).
   */
  public static void holds(ParamStore store, Function<Seed, Tensor> function) {
    holdsInDoublePrecision(store, function);
    SingleAgreement.holds(Recorder.record(store, r -> outputs(r, store, function)), store.values());
  }

  /** The same of code in double precision alone. */
  public static void holdsInDoublePrecision(ParamStore store, Function<Seed, Tensor> function) {
    double[] eager = new double[store.size()];
    List<double[]> values = new ArrayList<>();
    try (Session session = Session.open(1)) {
      session.compute(
          a ->
              Tape.gradient(
                  store,
                  eager,
                  () -> {
                    Tensor result = function.apply(NOISE);
                    values.add(result.toDoubles());
                    return weighted(result);
                  }));
    }
    Program program = new Program(Recorder.record(store, r -> outputs(r, store, function)));
    // Twice: arrays that are used again must not remember the first run.
    program.run(store.values(), NOISE.fold(1));
    program.run(store.values(), NOISE);
    double[] got = program.output(0);
    assertThat(got).hasSameSizeAs(values.get(0));
    for (int i = 0; i < got.length; i++) {
      close("value " + i, got[i], values.get(0)[i], 1);
    }
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

  /** Values and log-determinants of a map, one after another. */
  public static Tensor both(Mapped mapped) {
    return Tensor.concat(List.of(flat(mapped.value()), flat(mapped.logDet())), 0);
  }

  private static Tensor flat(Tensor x) {
    return x.reshape(Shape.of(x.shape().size()));
  }

  private static List<Tensor> outputs(
      Recorder recorder, ParamStore store, Function<Seed, Tensor> function) {
    Tensor result = function.apply(recorder.seed());
    List<Tensor> outputs = new ArrayList<>(List.of(result));
    List<Tensor> leaves = store.params().stream().map(Param::value).toList();
    outputs.addAll(recorder.gradient(weighted(result), leaves));
    return outputs;
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
