package io.flowsvi.models.vae.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ImageScorerTest {
  @Test
  void logMeanExpSurvivesExtremes() {
    assertThat(ImageScorer.logMeanExp(new double[] {-1e4, -1e4 + Math.log(3)}))
        .isCloseTo(-1e4 + Math.log(2), within(1e-9));
    assertThat(ImageScorer.logMeanExp(new double[] {Double.NEGATIVE_INFINITY, 0}))
        .isCloseTo(-Math.log(2), within(1e-15));
  }
}
