package io.flowsvi.flows.net.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A DJL block computes and trains in the store of a fit. */
class BlockNetTest {
  private static final double[] X = {0.3, -1.2, 0.7, 0.1, 0.5, -0.4};

  private static SequentialBlock block() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(4).build())
        .add(Activation.tanhBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static Tensor byHand(ParamStore store, Tensor x) {
    Param[] p = store.params().toArray(Param[]::new);
    return x.affine(p[0].value(), p[1].value()).tanh().affine(p[2].value(), p[3].value());
  }

  @Test
  void computesAndDifferentiatesAsTheSameLayersByHand() {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(Backend.TORCH))) {
      session.compute(a -> a.zeros(Shape.of(1)).item());
      ParamStore store = new ParamStore(Seed.of(1));
      BlockNet net = BlockNet.of(store.scope("block"), block(), 3);
      assertThat(net.inputs()).isEqualTo(3);
      assertThat(net.outputs()).isEqualTo(2);
      assertThat(store.params()).hasSize(4);
      double[] own = new double[store.size()];
      double[] hand = new double[store.size()];
      double value =
          session.compute(
              a ->
                  Tape.gradient(
                      store, own, () -> net.apply(a.tensor(X, Shape.of(1, 2, 3))).square().sum()));
      double expected =
          session.compute(
              a ->
                  Tape.gradient(
                      store,
                      hand,
                      () -> byHand(store, a.tensor(X, Shape.of(1, 2, 3))).square().sum()));
      assertThat(value).isCloseTo(expected, within(1e-12));
      assertThat(own).containsExactly(hand, within(1e-12));
    }
  }

  @Test
  void needsATorchSession() {
    try (Session torch = Session.open(SessionSettings.of(1).withBackend(Backend.TORCH));
        Session plain = Session.open(1)) {
      torch.compute(a -> a.zeros(Shape.of(1)).item());
      BlockNet net = BlockNet.of(new ParamStore(Seed.of(1)).scope("block"), block(), 3);
      plain.compute(
          a -> {
            assertThatThrownBy(() -> net.apply(a.tensor(X, Shape.of(2, 3))))
                .isInstanceOf(PplException.class)
                .hasMessageContaining("DJL arrays exist on the TORCH backend only");
            return 0;
          });
    }
  }
}
