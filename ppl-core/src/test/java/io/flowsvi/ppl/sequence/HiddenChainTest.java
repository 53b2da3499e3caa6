package io.flowsvi.ppl.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenChainTest {
  private static final int STATES = 3;

  private static double[] noise(Session session, String name, int n) {
    UniformRandomProvider random = session.seed().fold(name).generator();
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = -3 * random.nextDouble();
    }
    return x;
  }

  /** Every path of states, one after another. */
  private static double byHand(double[] initial, double[] transition, double[] emission, int t) {
    double sum = 0;
    int paths = (int) Math.pow(STATES, t);
    for (int path = 0; path < paths; path++) {
      int rest = path;
      int before = -1;
      double log = 0;
      for (int i = 0; i < t; i++) {
        int state = rest % STATES;
        rest /= STATES;
        log += emission[i * STATES + state];
        log += before < 0 ? initial[state] : transition[before * STATES + state];
        before = state;
      }
      sum += Math.exp(log);
    }
    return Math.log(sum);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void equalsTheSumOverAllPaths(int length) {
    try (Session session = Session.open(3)) {
      double[] initial = noise(session, "initial", STATES);
      double[] transition = noise(session, "transition", STATES * STATES);
      double[] emission = noise(session, "emission", length * STATES);
      double value =
          session.compute(
              a ->
                  HiddenChain.logLikelihood(
                          a.tensor(initial, Shape.of(STATES)),
                          a.tensor(transition, Shape.of(1, 1, STATES, STATES)),
                          a.tensor(emission, Shape.of(1, 1, length, STATES)))
                      .item());
      assertThat(value).isCloseTo(byHand(initial, transition, emission, length), within(1e-12));
    }
  }

  @Test
  void rejectsTransitionsOfAnotherSize() {
    try (Session session = Session.open(3)) {
      assertThatThrownBy(
              () ->
                  session.compute(
                      a ->
                          HiddenChain.logLikelihood(
                              a.zeros(Shape.of(3)),
                              a.zeros(Shape.of(2, 2)),
                              a.zeros(Shape.of(4, 3)))))
          .hasMessageContaining("transitions must be [..., 3, 3]");
    }
  }
}
