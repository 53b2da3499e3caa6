package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final int FEATURES = 64;
  private static final int ROWS = 50;
  private static final int CONTEXT = 6;

  /** Features as they come. */
  private record Same(int inputs) implements Net {
    @Override
    public int outputs() {
      return inputs;
    }

    @Override
    public Tensor apply(Tensor x) {
      return x;
    }
  }

  /** Weights that read a vector which is the same for every datum learn nothing from it. */
  @Test
  void startsWithContextsThatVaryAndParametersThatDoNot() {
    ParamScope scope = new ParamStore(Seed.of(1)).scope("q");
    Made made = Made.of(scope.child("made"), 3, 8, CONTEXT, Activation.ELU);
    Chain chain =
        Chain.of(3)
            .then(new ShiftScale(3, 1))
            .then(new MaskedAffine(made, MaskedAffine.Scale.SOFT))
            .then(new Planar(3));
    Network network = Network.of(new Same(FEATURES), chain, scope.child("head"));
    try (Session session = Session.open(1)) {
      double[] emitted =
          session.compute(
              arena -> {
                double[] features = new double[ROWS * FEATURES];
                Init.normal(1).fill(ParamLayout.empty(), Seed.of(2), features);
                return network.emit(arena.tensor(features, Shape.of(ROWS, FEATURES))).toDoubles();
              });
      int numbers = emitted.length / ROWS;
      assertThat(numbers).isEqualTo(6 + CONTEXT + 7);
      for (int p = 0; p < numbers; p++) {
        double[] column = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
          column[i] = emitted[i * numbers + p];
        }
        double spread = new StandardDeviation().evaluate(column);
        if (p >= 6 && p < 6 + CONTEXT) {
          assertThat(spread).as("context, number %d", p).isBetween(0.5, 2.0);
        } else {
          assertThat(spread).as("parameter, number %d", p).isLessThan(0.05);
        }
      }
    }
  }
}
