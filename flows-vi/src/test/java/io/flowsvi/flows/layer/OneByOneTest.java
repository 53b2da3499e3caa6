package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The way through plain arrays, taken where no gradient is asked for, and that of tensors. */
class OneByOneTest {
  private static final int DIM = 5;
  private static final int ROWS = 4;

  /** Sums of D · N terms of size one. */
  private static final double ROUNDING = 1e-11;

  static Stream<Function<ParamStore, BijectiveLayer>> layers() {
    Stream<Function<ParamStore, BijectiveLayer>> affine =
        Stream.of(MaskedAffine.Scale.values())
            .map(
                scale ->
                    store ->
                        new MaskedAffine(
                                Made.of(store.scope("made"), MadeSettings.of(DIM, 12, 9)), scale)
                            .withSequentialInverse());
    return Stream.concat(
        affine,
        Stream.of(
            store -> MaskedSpline.of(DIM, 12, 6, 3, store.scope("made")).withSequentialInverse()));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void arraysAndTensorsAgree(Function<ParamStore, BijectiveLayer> layer) {
    ParamStore store = new ParamStore(Seed.of(1));
    BijectiveLayer built = layer.apply(store);
    try (Session session = Session.open(1)) {
      for (Param p : store.params()) {
        p.set(
            session.compute(
                a -> a.normal(Seed.of(2).fold(p.path()), p.shape()).times(0.7).toDoubles()));
      }
      Shape shape = Shape.of(ROWS, DIM);
      double[] y = session.compute(a -> a.normal(Seed.of(3), shape).times(1.5).toDoubles());
      double[] mix = session.compute(a -> a.normal(Seed.of(4), shape).toDoubles());
      Function<Tensor, Tensor> mixed =
          at -> {
            Mapped x = built.bind(Values.empty()).inverse(at);
            Tensor weight = io.flowsvi.ppl.tensor.Arena.current().tensor(mix, shape);
            return x.value().times(weight).sum().plus(x.logDet().times(weight.at(1, 0)).sum());
          };
      double arrays =
          session.compute(
              a -> {
                assertThat(a.readable()).isTrue();
                return mixed.apply(a.tensor(y, shape)).item();
              });
      double tensors =
          session.compute(
              a ->
                  Tape.gradient(
                          y,
                          shape,
                          at -> {
                            assertThat(a.readable()).isFalse();
                            return mixed.apply(at);
                          })
                      .value());
      assertThat(arrays).isCloseTo(tensors, within(ROUNDING * (1 + Math.abs(tensors))));
    }
  }
}
