package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    stream.draw(Seed.of(1).high(), Seed.of(1).low(), target);
    stream.draw(ROOT.high(), ROOT.low(), target);
    assertThat(target).isEqualTo(noise.draw(ROOT.fold("a").fold(4), shape));
    assertThat(key.replay(ROOT)).isEqualTo(ROOT.fold("a").fold(4));
  }

  @ParameterizedTest
  @EnumSource(Noise.class)
  void keepsTheRowsOfAPlate(Noise noise) {
    Seed key = Seed.of(0).marked().fold("a").rows(new long[] {7, 2}).fold("b");
    Shape shape = Shape.of(3, 2, 5);
    double[] target = new double[shape.size()];
    new NoiseStream(noise, key, shape).draw(ROOT.high(), ROOT.low(), target);
    Seed same = ROOT.fold("a").rows(new long[] {7, 2}).fold("b");
    assertThat(target).isEqualTo(noise.draw(same, shape));
  }

  @Test
  void refusesKeysThatCannotBeReplayed() {
    assertThatThrownBy(() -> new NoiseStream(Noise.NORMAL, Seed.of(1), Shape.of(2)))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("does not descend from a marked root");
  }
}
