package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseStreamTest {
  private static final Seed ROOT = Seed.of(9).fold("step");

  @ParameterizedTest
  @EnumSource(Noise.class)
  void givesTheBitsOfTheReplayedKey(Noise noise) {
    Seed key = Seed.of(0).marked().fold("a").fold(4);
    Shape shape = Shape.of(3, 1000);
    double[] target = new double[shape.size()];
    NoiseStream stream = new NoiseStream(noise, key, shape);
    stream.draw(Seed.of(1).high(), Seed.of(1).low(), 0, target);
    stream.draw(ROOT.high(), ROOT.low(), 0, target);
    assertThat(target).isEqualTo(noise.draw(ROOT.fold("a").fold(4), shape));
    assertThat(key.replay(ROOT)).isEqualTo(ROOT.fold("a").fold(4));
  }

  @ParameterizedTest
  @EnumSource(Noise.class)
  void keepsTheRowsOfAPlate(Noise noise) {
    Seed key = Seed.of(0).marked().fold("a").rows(new long[] {7, 2}).fold("b");
    Shape shape = Shape.of(3, 2, 5);
    double[] target = new double[shape.size()];
    new NoiseStream(noise, key, shape).draw(ROOT.high(), ROOT.low(), 0, target);
    Seed same = ROOT.fold("a").rows(new long[] {7, 2}).fold("b");
    assertThat(target).isEqualTo(noise.draw(same, shape));
  }

  /** Particles 2 to 4 alone have the numbers they have among all five. */
  @Test
  void startsAtAnyParticle() {
    Seed key = Seed.of(0).marked().fold("a");
    double[] all = new double[35];
    double[] some = new double[21];
    new NoiseStream(Noise.NORMAL, key, Shape.of(5, 7)).draw(ROOT.high(), ROOT.low(), 0, all);
    new NoiseStream(Noise.NORMAL, key, Shape.of(3, 7)).draw(ROOT.high(), ROOT.low(), 2, some);
    assertThat(some).isEqualTo(Arrays.copyOfRange(all, 14, 35));
  }

  @Test
  void doublesAreThoseOfTheGenerator() {
    UniformRandomProvider generator = ROOT.generator();
    UniformRandomProvider doubles = ROOT.doubles();
    for (int i = 0; i < 1000; i++) {
      assertThat(doubles.nextDouble()).isEqualTo(generator.nextDouble());
      assertThat(doubles.nextLong()).isEqualTo(generator.nextLong());
    }
  }

  @Test
  void refusesKeysThatCannotBeReplayed() {
    assertThatThrownBy(() -> new NoiseStream(Noise.NORMAL, Seed.of(1), Shape.of(2)))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("does not descend from a marked root");
  }
}
