package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.function.ToDoubleFunction;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Each bundled model, on its bundled data, against the same density written by hand on arrays. */
class DensityTest {
  private static final double EQUAL = 1e-12;
  private static final int POINTS = 20;

  private static double normal(double x, double loc, double scale) {
    double z = (x - loc) / scale;
    return -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
  }

  private static double halfCauchy(double x, double scale) {
    return Math.log(2 / (Math.PI * scale)) - Math.log1p(x * x / (scale * scale));
  }

  private static double logFactorial(double n) {
    return LogGamma.value(n + 1);
  }

  private static <D> void agrees(
      Model<D> model, D data, int dim, ToDoubleFunction<double[]> byHand) {
    UniformRandomProvider random = Seed.of(20).generator();
    try (Session session = Session.open(1)) {
      LogDensity density = LogDensity.of(session, model, data);
      assertThat(density.dim()).isEqualTo(dim);
      for (int point = 0; point < POINTS; point++) {
        double[] x = new double[dim];
        for (int i = 0; i < dim; i++) {
          x[i] = 4 * random.nextDouble() - 2;
        }
        double expected = byHand.applyAsDouble(x);
        assertThat(density.value(x)).isCloseTo(expected, within(EQUAL * (1 + Math.abs(expected))));
      }
    }
  }

  private static final double[] EFFECTS = {28, 8, -3, 7, -1, 1, 18, 12};
  private static final double[] ERRORS = {15, 10, 16, 11, 9, 11, 10, 18};

  @Test
  void eightSchoolsIsTheDensityOfItsJavadoc() {
    agrees(
        new EightSchools(),
        EightSchools.Data.bundled(),
        10,
        u -> {
          double mu = u[0];
          double tau = Math.exp(u[1]);
          double p = normal(mu, 0, 5) + halfCauchy(tau, 5) + u[1];
          for (int j = 0; j < 8; j++) {
            double eta = u[2 + j];
            p += normal(eta, 0, 1) + normal(EFFECTS[j], mu + tau * eta, ERRORS[j]);
          }
          return p;
        });
  }

  @Test
  void centredSchoolsIsTheDensityOfItsJavadoc() {
    agrees(
        new EightSchoolsCentred(),
        EightSchools.Data.bundled(),
        10,
        u -> {
          double tau = Math.exp(u[1]);
          double p = normal(u[0], 0, 5) + halfCauchy(tau, 5) + u[1];
          for (int j = 0; j < 8; j++) {
            p += normal(u[2 + j], u[0], tau) + normal(EFFECTS[j], u[2 + j], ERRORS[j]);
          }
          return p;
        });
  }

  /** Mean 0 and this standard deviation, by hand. */
  private static double[] standardized(double[] x, double sd) {
    double mean = 0;
    for (double v : x) {
      mean += v / x.length;
    }
    double squares = 0;
    for (double v : x) {
      squares += (v - mean) * (v - mean);
    }
    double[] z = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      z[i] = sd * (x[i] - mean) / Math.sqrt(squares / (x.length - 1));
    }
    return z;
  }

  /** Log density of the logistic regression on the beetles at (alpha, beta). */
  static double beetles(double[] u) {
    double[] dose = {1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839};
    double[] exposed = {59, 60, 62, 56, 63, 59, 62, 60};
    double[] killed = {6, 13, 18, 28, 52, 53, 61, 60};
    double[] z = standardized(dose, 0.5);
    double p = normal(u[0], 0, 2.5) + normal(u[1], 0, 2.5);
    for (int i = 0; i < 8; i++) {
      double n = exposed[i];
      double probability = 1 / (1 + Math.exp(-u[0] - u[1] * z[i]));
      p += logFactorial(n) - logFactorial(killed[i]) - logFactorial(n - killed[i]);
      p += killed[i] * Math.log(probability) + (n - killed[i]) * Math.log1p(-probability);
    }
    return p;
  }

  @Test
  void logisticRegressionIsTheDensityOfItsJavadoc() {
    agrees(new LogisticRegression(), LogisticRegression.Data.bundled(), 2, DensityTest::beetles);
  }

  /** Log density of the Poisson regression on the deaths at (alpha, beta). */
  static double deaths(double[] u) {
    double[] deaths = {0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45};
    double[] logQuarter = new double[14];
    for (int i = 0; i < 14; i++) {
      // The file has six digits.
      logQuarter[i] = Math.rint(1e6 * Math.log(i + 1)) / 1e6;
    }
    double[] z = standardized(logQuarter, 1);
    double p = normal(u[0], 0, 5) + normal(u[1], 0, 2.5);
    for (int i = 0; i < 14; i++) {
      double logRate = u[0] + u[1] * z[i];
      p += deaths[i] * logRate - Math.exp(logRate) - logFactorial(deaths[i]);
    }
    return p;
  }

  @Test
  void poissonRegressionIsTheDensityOfItsJavadoc() {
    agrees(new PoissonRegression(), PoissonRegression.Data.bundled(), 2, DensityTest::deaths);
  }

  @Test
  void varyingInterceptIsTheDensityOfItsJavadoc() {
    VaryingIntercept.Data data = VaryingIntercept.Data.bundled();
    double[] age = new double[44];
    double mean = 0;
    for (int i = 0; i < 44; i++) {
      age[i] = 8 + 2 * (i % 4);
      mean += data.y()[i] / 44;
    }
    double squares = 0;
    for (double y : data.y()) {
      squares += (y - mean) * (y - mean);
    }
    double centre = mean;
    double s = Math.sqrt(squares / 43);
    double[] z = standardized(age, 1);
    agrees(
        new VaryingIntercept(),
        data,
        15,
        u -> {
          double tau = Math.exp(u[2]);
          double sigma = Math.exp(u[3]);
          double p = normal(u[0], centre, 2.5 * s) + normal(u[1], 0, 2.5 * s);
          p += -Math.log(s) - tau / s + u[2] - Math.log(s) - sigma / s + u[3];
          for (int j = 0; j < 11; j++) {
            p += normal(u[4 + j], 0, 1);
          }
          for (int i = 0; i < 44; i++) {
            double intercept = u[0] + tau * u[4 + i / 4];
            p += normal(data.y()[i], intercept + u[1] * z[i], sigma);
          }
          return p;
        });
  }
}
