package io.flowsvi.ppl.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Passes by vectors against their definition; they exist where the Vector API does. */
class SweepsTest {
  private static final double RATE = 0.01;
  private static final double SHARE = 0.8;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double SCALE = 30;

  /** Squares from the smallest numbers to the largest, and 0. */
  private static double[] numbers(int count, Seed seed) {
    UniformRandomProvider random = seed.generator();
    double[] all = new double[count];
    for (int i = 0; i < count; i++) {
      double size = Math.scalb(1 + random.nextDouble(), random.nextInt(300) - 150);
      all[i] = i % 7 == 0 ? 0 : random.nextBoolean() ? size : -size;
    }
    return all;
  }

  @Test
  void adamMovesByItsDefinition() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    for (double epsilon : new double[] {1e-8, 1e-300}) {
      for (int count : new int[] {1, 31, 64, 65, 200}) {
        double[] values = numbers(count, Seed.of(1));
        double[] m = numbers(count, Seed.of(2));
        double[] v = numbers(count, Seed.of(3));
        double[] g = numbers(count, Seed.of(4));
        for (int i = 0; i < count; i++) {
          v[i] = v[i] * v[i];
        }
        int from = count / 10;
        double[][] now = {values.clone(), m.clone(), v.clone()};
        Sweeps.all()
            .adam(
                now[0], now[1], now[2], g, from, count, SHARE, BETA1, 1 - BETA1, BETA2, 1 - BETA2,
                RATE, SCALE, epsilon);
        int end = Sweeps.end(Width.DOUBLE, from, count);
        assertThat(count - end).isLessThan(Sweeps.GROUP * Width.DOUBLE.lanes());
        for (int i = 0; i < count; i++) {
          boolean done = i >= from && i < end;
          double c = SHARE * g[i];
          double first = done ? BETA1 * m[i] + (1 - BETA1) * c : m[i];
          double second = done ? BETA2 * v[i] + (1 - BETA2) * c * c : v[i];
          double move = done ? RATE * first / (Math.sqrt(second * SCALE) + epsilon) : 0;
          assertThat(now[1][i]).isCloseTo(first, within(4 * Math.ulp(m[i]) + 4 * Math.ulp(c)));
          assertThat(now[2][i]).isCloseTo(second, within(4 * Math.ulp(second)));
          double tolerance =
              1e-14 * Math.abs(move)
                  + Math.abs(first - now[1][i]) * Math.abs(move / (first == 0 ? 1 : first))
                  + 2 * Math.ulp(values[i]);
          assertThat(now[0][i]).as("number %s", i).isCloseTo(values[i] - move, within(tolerance));
        }
      }
    }
  }

  @Test
  void floatsMoveByTheDefinitionToo() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    int count = 4 * Sweeps.GROUP * Width.FLOAT.lanes();
    UniformRandomProvider random = Seed.of(6).generator();
    float[][] all = new float[4][count];
    for (int i = 0; i < count; i++) {
      for (float[] numbers : all) {
        numbers[i] = i % 7 == 0 ? 0 : Math.scalb(random.nextFloat(), random.nextInt(60) - 30);
      }
      all[2][i] *= all[2][i];
    }
    float[][] now = {all[0].clone(), all[1].clone(), all[2].clone()};
    float scale = (float) SCALE;
    Sweeps.all()
        .adam(
            now[0], now[1], now[2], all[3], 0, count, 0.8f, 0.9f, 0.1f, 0.999f, 0.001f, 0.01f,
            scale, 1e-8f);
    for (int i = 0; i < count; i++) {
      double c = 0.8f * (double) all[3][i];
      double first = 0.9f * (double) all[1][i] + 0.1f * c;
      double second = 0.999f * (double) all[2][i] + 0.001f * c * c;
      double move = 0.01f * first / (Math.sqrt(second * scale) + 1e-8f);
      assertThat((double) now[1][i]).isCloseTo(first, within(4 * rounding(first)));
      assertThat((double) now[2][i]).isCloseTo(second, within(4 * rounding(second)));
      double tolerance = 8 * rounding(move) + rounding(all[0][i]);
      assertThat((double) now[0][i])
          .as("number %s", i)
          .isCloseTo(all[0][i] - move, within(tolerance));
    }
  }

  private static double rounding(double x) {
    return Math.ulp((float) x);
  }

  /** Without a gradient moments end near 0, not among numbers that processors are slow with. */
  @Test
  void momentsFadeToNothing() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    int count = Sweeps.GROUP * Width.FLOAT.lanes();
    float[][] floats = new float[4][count];
    double[][] doubles = new double[4][count];
    for (int k = 1; k < 3; k++) {
      java.util.Arrays.fill(floats[k], 1e-30f);
      java.util.Arrays.fill(doubles[k], 1e-270);
    }
    for (int step = 0; step < 1000; step++) {
      Sweeps.all()
          .adam(
              floats[0], floats[1], floats[2], floats[3], 0, count, 1, 0.9f, 0.1f, 0.9f, 0.1f,
              1e-3f, 1, 1e-8f);
      Sweeps.all()
          .adam(
              doubles[0],
              doubles[1],
              doubles[2],
              doubles[3],
              0,
              count,
              1,
              0.9,
              0.1,
              0.9,
              0.1,
              1e-3,
              1,
              1e-8);
    }
    for (int k = 1; k < 3; k++) {
      for (int i = 0; i < count; i++) {
        assertThat(floats[k][i]).isBetween(Math.ulp(Sweeps.GRAIN_IN_FLOATS), 1e-28f);
        assertThat(doubles[k][i]).isBetween(Math.ulp(Sweeps.GRAIN), 1e-278);
      }
    }
  }

  /** A moment that is no number, or too large for one, must not pass for a small step. */
  @Test
  void whatIsNotFiniteStaysSo() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    int count = Sweeps.GROUP * Width.DOUBLE.lanes();
    double[] values = new double[count];
    double[] m = new double[count];
    double[] v = new double[count];
    double[] g = new double[count];
    v[1] = Double.NaN;
    v[2] = Double.MAX_VALUE;
    g[3] = Double.NaN;
    java.util.Arrays.fill(m, 1);
    Sweeps.all()
        .adam(values, m, v, g, 0, count, 1, BETA1, 1 - BETA1, BETA2, 1 - BETA2, RATE, 1, 1e-8);
    assertThat(values[0]).isCloseTo(-RATE * BETA1 * 1e8, within(1e-6));
    assertThat(values[1]).isNaN();
    assertThat(values[2]).isCloseTo(0, within(1e-100));
    assertThat(values[3]).isNaN();
  }

  @Test
  void squaresAreSummed() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    for (int count : new int[] {0, 5, 32, 100, 1000}) {
      double[] x = numbers(count, Seed.of(5));
      double sum = 0;
      for (int i = 0; i < Sweeps.end(Width.DOUBLE, 0, count); i++) {
        sum += x[i] * x[i];
      }
      assertThat(Sweeps.all().squares(x)).isCloseTo(sum, within(1e-13 * sum));
    }
  }

  @Test
  void squaresOfFloatsAreSummed() {
    assumeThat(VectorUnit.isPresent()).as("the Vector API").isTrue();
    float[] x = new float[1000];
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
      sum += i < Sweeps.end(Width.FLOAT, 0, x.length) ? (double) x[i] * x[i] : 0;
    }
    assertThat((double) Sweeps.all().squares(x)).isCloseTo(sum, within(1e-5 * sum));
    x[0] = 1e30f;
    assertThat(Sweeps.all().squares(x)).isInfinite();
  }
}
