package io.flowsvi.flows.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.vector.Sweeps;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  private static final boolean[] BOTH = {true, true};
  private static final Optimizer[] RULES = {
    Adam.standard(), Adamax.standard(), new AdamW(Adam.standard(), 1e-6)
  };

  // By hand from algorithm 1 of Kingma and Ba, gradients 0.5 then −0.25, rate 0.1.
  @Test
  void adamFollowsTheAlgorithm() {
    double[] x = {1, 2};
    Moments moments = new Moments(2);
    Adam.standard().update(moments, x, new double[] {0.5, 0}, BOTH, 0.1);
    assertThat(x[0]).isCloseTo(1 - 0.1 * 0.5 / (0.5 + 1e-8), within(1e-15));
    assertThat(x[1]).isEqualTo(2);
    double before = x[0];
    Adam.standard().update(moments, x, new double[] {-0.25, 0}, BOTH, 0.1);
    double m = 0.9 * 0.05 + 0.1 * -0.25;
    double v = 0.999 * 0.001 * 0.25 + 0.001 * 0.0625;
    double mHat = m / (1 - 0.81);
    double vHat = v / (1 - 0.998001);
    assertThat(x[0]).isCloseTo(before - 0.1 * mHat / (Math.sqrt(vHat) + 1e-8), within(1e-14));
  }

  @Test
  void epsilonIsAddedAfterTheBiasCorrection() {
    // With a gradient of the size of epsilon the first step is half the rate; were epsilon added
    // before the correction, it would be 0.03 of it.
    double[] x = {0};
    new Adam(0.9, 0.999, 1e-3)
        .update(new Moments(1), x, new double[] {1e-3}, new boolean[] {true}, 1);
    assertThat(x[0]).isCloseTo(-0.5, within(1e-12));
  }

  @Test
  void adamaxFollowsTheAlgorithm() {
    double[] x = {1};
    Moments moments = new Moments(1);
    boolean[] yes = {true};
    Adamax.standard().update(moments, x, new double[] {0.5}, yes, 0.1);
    Adamax.standard().update(moments, x, new double[] {-0.25}, yes, 0.1);
    double first = 1 - 0.1 * 0.5 / (0.5 + 1e-8);
    double m = (0.9 * 0.05 + 0.1 * -0.25) / (1 - 0.81);
    assertThat(x[0]).isCloseTo(first - 0.1 * m / (0.999 * 0.5 + 1e-8), within(1e-14));
  }

  // The weight first shrinks by αλ of itself, then Adam's own step follows.
  @Test
  void adamWDecaysWeightsBesideTheGradient() {
    double[] x = {2, 3};
    AdamW rule = new AdamW(Adam.standard(), 0.1);
    rule.update(new Moments(2), x, new double[] {0.5, 0}, BOTH, 0.1);
    assertThat(x[0]).isCloseTo(2 - 0.1 * (0.5 / (0.5 + 1e-8) + 0.1 * 2), within(1e-15));
    // No gradient: nothing but decay.
    assertThat(x[1]).isCloseTo(3 * (1 - 0.01), within(1e-15));
  }

  @Test
  void adamWWithoutDecayIsAdam() {
    double[] x = {1, 2};
    double[] y = {1, 2};
    Moments mx = new Moments(2);
    Moments my = new Moments(2);
    for (int t = 0; t < 10; t++) {
      double[] g = {Math.sin(t), Math.cos(t)};
      Adam.standard().update(mx, x, g, BOTH, 0.1);
      new AdamW(Adam.standard(), 0).update(my, y, g, BOTH, 0.1);
    }
    assertThat(y).containsExactly(x);
  }

  @Test
  void frozenNumbersStayAsTheyAre() {
    for (Optimizer rule : RULES) {
      double[] x = {1, 2};
      Moments moments = new Moments(2);
      rule.update(moments, x, new double[] {1, 1}, BOTH, 0.1);
      double[] before = x.clone();
      // Its moments are not zero: only the mask holds it.
      rule.update(moments, x, new double[] {0, 1}, new boolean[] {false, true}, 0.1);
      assertThat(x[0]).isEqualTo(before[0]);
      assertThat(x[1]).isLessThan(before[1]);
    }
  }

  @Test
  void allFindTheMinimumOfAQuadratic() {
    for (Optimizer rule : RULES) {
      double[] x = {5, -3};
      Moments moments = new Moments(2);
      for (int t = 0; t < 4_000; t++) {
        double[] g = {2 * (x[0] - 1), 20 * (x[1] + 2)};
        rule.update(moments, x, g, BOTH, 0.05 * Math.min(1, 200.0 / (t + 1)));
      }
      assertThat(x[0]).isCloseTo(1, within(1e-3));
      assertThat(x[1]).isCloseTo(-2, within(1e-3));
    }
  }

  /** Over more numbers than a stretch has, some of them frozen. */
  @Test
  void aMoveMadeAgainIsTheMoveAtTheOtherRate() {
    int n = 5_000;
    for (Optimizer rule : RULES) {
      double[] x = new double[n];
      double[] g = new double[n];
      boolean[] trained = new boolean[n];
      for (int i = 0; i < n; i++) {
        x[i] = Math.sin(i);
        g[i] = Math.cos(3 * i);
        trained[i] = i < 4_200 || i % 3 == 0;
      }
      Moments moments = new Moments(n);
      rule.update(moments, x, g, trained, 0.1);
      double[] start = x.clone();
      Moments same = moments.copy();
      rule.update(moments, x, g, trained, 0.1);
      rule.remake(moments, x, trained, 0.1, 0.05);
      rule.update(same, start, g, trained, 0.05);
      assertThat(x).containsExactly(start, within(1e-12));
    }
  }

  @Test
  void copiesOfMomentsStandStill() {
    Moments moments = new Moments(1);
    double[] x = {0};
    Adam.standard().update(moments, x, new double[] {1}, new boolean[] {true}, 1);
    Moments copy = moments.copy();
    Adam.standard().update(moments, x, new double[] {1}, new boolean[] {true}, 1);
    assertThat(copy.updates()).isEqualTo(1);
    assertThat(copy.first()[0]).isNotEqualTo(moments.first()[0]);
  }

  @Test
  void refusesDecaysOutsideTheirRange() {
    assertThatThrownBy(() -> new Adam(1, 0.9, 1e-8))
        .hasMessage("Adam: beta1 must be in [0, 1), got 1.0.");
    assertThatThrownBy(() -> new Adamax(0.9, -0.1, 1e-8))
        .hasMessage("Adamax: beta2 must be in [0, 1), got -0.1.");
    assertThatThrownBy(() -> new AdamW(Adam.standard(), -1))
        .hasMessage("AdamW: decay must be finite and not negative, got -1.0.");
    assertThatThrownBy(() -> new Adam(0.9, 0.9, 0)).hasMessageContaining("epsilon must be above 0");
    assertThatThrownBy(() -> new Adamax(0.9, 0.9, Double.NaN))
        .hasMessageContaining("epsilon must be above 0, got NaN");
  }

  /**
   * Without a gradient Adam's moments end near 0, not among numbers that processors are slow with.
   */
  @Test
  void momentsFadeToNothing() {
    Moments moments = new Moments(new double[] {1e-270}, new double[] {1e-270}, 0);
    Optimizer adam = new Adam(0.9, 0.9, 1e-8);
    for (int step = 0; step < 1000; step++) {
      adam.update(moments, new double[1], new double[1], new boolean[] {true}, 1e-3);
    }
    for (double moment : new double[] {moments.first()[0], moments.second()[0]}) {
      assertThat(moment).isBetween(Math.ulp(Sweeps.GRAIN), 1e-278);
    }
  }
}
