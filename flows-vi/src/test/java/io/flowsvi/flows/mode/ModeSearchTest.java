package io.flowsvi.flows.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModeSearchTest {
  /** One point's value; writes its gradient. */
  private interface Single {
    double at(double[] x, double[] gradient);
  }

  private static BatchLogDensity density(int dim, Single single) {
    return new BatchLogDensity() {
      @Override
      public int dim() {
        return dim;
      }

      @Override
      public double[] values(double[] points) {
        return gradients(points, new double[points.length]);
      }

      @Override
      public double[] gradients(double[] points, double[] gradients) {
        double[] values = new double[points.length / dim];
        double[] g = new double[dim];
        for (int i = 0; i < values.length; i++) {
          values[i] = single.at(Arrays.copyOfRange(points, i * dim, (i + 1) * dim), g);
          System.arraycopy(g, 0, gradients, i * dim, dim);
        }
        return values;
      }
    };
  }

  private static List<Mode> search(BatchLogDensity density) {
    return ModeSearch.defaults().search(density, new double[density.dim()], Seed.of(1));
  }

  /** Scales 10^4 and 10^-3, correlation 0.99999: a regression on raw data. */
  @Test
  void findsTheCovarianceOfABadlyScaledNormal() {
    double rho = 0.99999;
    double[] s = {1e4, 1e-3};
    double[] m = {3e4, -7};
    double det = 1 - rho * rho;
    List<Mode> modes =
        search(
            density(
                2,
                (x, g) -> {
                  double a = (x[0] - m[0]) / s[0];
                  double b = (x[1] - m[1]) / s[1];
                  g[0] = -(a - rho * b) / det / s[0];
                  g[1] = -(b - rho * a) / det / s[1];
                  return -0.5 * (a * a - 2 * rho * a * b + b * b) / det;
                }));
    assertThat(modes).hasSize(1);
    double[] c = modes.get(0).normal().covariance();
    assertThat(modes.get(0).normal().loc()[0]).isCloseTo(m[0], within(1e-3 * s[0]));
    assertThat(modes.get(0).normal().loc()[1]).isCloseTo(m[1], within(1e-3 * s[1]));
    assertThat(c[0] / (s[0] * s[0])).isCloseTo(1, within(1e-3));
    assertThat(c[3] / (s[1] * s[1])).isCloseTo(1, within(1e-3));
    assertThat(c[1] / Math.sqrt(c[0] * c[3])).isCloseTo(rho, within(1e-7));
    double evidence = Math.log(2 * Math.PI * s[0] * s[1] * Math.sqrt(det));
    assertThat(modes.get(0).logEvidence()).isCloseTo(evidence, within(1e-3));
  }

  @Test
  void climbsRosenbrocksValley() {
    List<Mode> modes =
        search(
            density(
                2,
                (x, g) -> {
                  double a = 1 - x[0];
                  double b = x[1] - x[0] * x[0];
                  g[0] = 2 * a + 400 * x[0] * b;
                  g[1] = -200 * b;
                  return -a * a - 100 * b * b;
                }));
    assertThat(modes).hasSize(1);
    assertThat(modes.get(0).normal().loc()).containsExactly(new double[] {1, 1}, within(1e-5));
    assertThat(modes.get(0).climbs()).isEqualTo(8);
  }

  @Test
  void findsBothModesAndWeighsThem() {
    List<Mode> modes =
        search(
            density(
                1,
                (x, g) -> {
                  double a = Math.log(0.8) - 0.5 * Math.pow((x[0] + 1.5) / 0.2, 2);
                  double b = Math.log(0.2) - 0.5 * Math.pow((x[0] - 1.5) / 0.2, 2);
                  double max = Math.max(a, b);
                  double sum = Math.exp(a - max) + Math.exp(b - max);
                  double w = Math.exp(a - max) / sum;
                  g[0] = -w * (x[0] + 1.5) / 0.04 - (1 - w) * (x[0] - 1.5) / 0.04;
                  return max + Math.log(sum);
                }));
    assertThat(modes).hasSize(2);
    assertThat(modes.get(0).normal().loc()[0]).isCloseTo(-1.5, within(1e-4));
    assertThat(modes.get(0).logEvidence() - modes.get(1).logEvidence())
        .isCloseTo(Math.log(4), within(1e-3));
  }

  @Test
  void countsDirectionsThatNothingIdentifies() {
    List<Mode> modes =
        search(
            density(
                2,
                (x, g) -> {
                  double r = x[0] + x[1] - 1;
                  g[0] = -r;
                  g[1] = -r;
                  return -0.5 * r * r;
                }));
    assertThat(modes.get(0).flat()).isEqualTo(1);
  }
}
