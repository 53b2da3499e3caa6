package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Densities at large counts and parameters, where differences of log Γ lose their digits.
 *
 * <p>Expected values by mpmath 1.3.0 with 60 digits, at the binary values of the arguments. Beyond
 * about 1e8 it is no longer log Γ that costs digits, but terms such as k log p themselves.
 */
class LargeParametersTest {
  private static final double RELATIVE = 1e-9;

  private record Case(String distribution, double expected, double x, double[] parameters) {
    @Override
    public String toString() {
      return distribution + java.util.Arrays.toString(parameters) + " at " + x;
    }
  }

  private static Case row(String distribution, double expected, double x, double... parameters) {
    return new Case(distribution, expected, x, parameters);
  }

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (Case c :
        List.of(
            row("binomial", -7.11917834521197553, 3100.0, 10000.0, 0.3),
            row("binomial", -7.64189495902318387, 300500.0, 1000000.0, 0.3),
            row("binomial", -2.35618937971967106, 12.0, 1000000.0, 1e-05),
            row("binomial", -9.4869456423026977, 37002000.0, 100000000.0, 0.37),
            row("binomial", -20142.626686587129, 400000.0, 1000000.0, 0.5),
            row("binomial", -8.40777443538898221, 2501000.0, 10000000.0, 0.25),
            row("binomial", -9.50031905087837583, 999100.0, 1000000.0, 0.999),
            row("poisson", -6.02743375244206473, 10100.0, 10000.0),
            row("poisson", -7.95192300487276083, 1000500.0, 1000000.0),
            row("poisson", -57.0538017110851514, 3.0, 1e-08),
            row("poisson", -1000000.0, 0.0, 1000000.0),
            row("negative_binomial", -2.35619341973333657, 12.0, 10.0, 100000000.0),
            row("negative_binomial", -14.1837644215140391, 90000.0, 100000.0, 1000.0),
            row("negative_binomial", -7.9519233801226356, 1000500.0, 1000000.0, 1000000000000.0),
            row("negative_binomial", -12.2748626930119288, 200.0, 3.0, 0.001),
            row("negative_binomial", -14.5096567405242194, 2.0, 0.001, 1000000.0),
            row("negative_binomial", -19.99999998, 0.0, 20.0, 10000000000.0),
            row("student_t", -2.04393864258030555, 1.5, 1000000.0),
            row("student_t", -2.91893853302967274, -2.0, 10000000000.0),
            row("student_t", -13.2778411346439424, 5.0, 1000.0),
            row("student_t", -0.963938533204673031, 0.3, 1000000000000000.0),
            row("beta", 4.95658922601419022, 0.334, 10000.0, 20000.0),
            row("beta", 7.09190400581266926, 0.2502, 1000000.0, 3000000.0),
            row("beta", 8.14383005414966634, 0.50003, 10000000.0, 10000000.0),
            row("beta", 3.90052171254686106, 1e-05, 0.001, 0.001),
            row("beta", 22.0258509300904534, 0.9999999999, 10000000000.0, 2.0),
            row("beta", 5.48931707936094682, 0.999, 500.0, 0.5),
            row("beta_binomial", -8.43264718694103758, 4000.0, 10000.0, 3.0, 5.0),
            row("beta_binomial", -2.13853932413816433, 17.0, 50.0, 1000000.0, 2000000.0),
            row("beta_binomial", -9.10300101226817173, 500300.0, 1000000.0, 10000.0, 10000.0),
            row("beta_binomial", -7.12276876222546427, 250100.0, 1000000.0, 1000000.0, 3000000.0),
            row("beta_binomial", -0.767748063973991051, 0.0, 1000.0, 0.01, 0.01),
            row("gamma", -4.85294124789826223, 5010.0, 10000.0, 2.0),
            row("gamma", -7.95215211951388011, 1000500.0, 1000000.0, 1.0),
            row("gamma", 59.8603623759084261, 1e-30, 0.0001, 1.0))) {
      for (Backend backend : Backend.values()) {
        all.add(Arguments.of(c, backend));
      }
    }
    return all.stream();
  }

  private static Distribution make(String name, List<Tensor> p) {
    return switch (name) {
      case "binomial" -> Binomial.probs(p.get(0), p.get(1));
      case "poisson" -> Poisson.rate(p.get(0));
      case "negative_binomial" -> NegativeBinomial.of(p.get(0), p.get(1));
      case "student_t" -> StudentT.of(p.get(0), Tensor.number(0), Tensor.number(1));
      case "beta" -> Beta.of(p.get(0), p.get(1));
      case "beta_binomial" -> BetaBinomial.of(p.get(0), p.get(1), p.get(2));
      case "gamma" -> Gamma.of(p.get(0), p.get(1));
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keepsNineDigits(Case c, Backend backend) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          arena -> {
            List<Tensor> p = new ArrayList<>();
            for (double v : c.parameters) {
              p.add(arena.tensor(new double[] {v}, Shape.of(1)));
            }
            Tensor x = arena.tensor(new double[] {c.x}, Shape.of(1));
            assertThat(make(c.distribution, p).logProb(x).item())
                .isCloseTo(c.expected, within(RELATIVE * Math.abs(c.expected)));
            return null;
          });
    }
  }
}
