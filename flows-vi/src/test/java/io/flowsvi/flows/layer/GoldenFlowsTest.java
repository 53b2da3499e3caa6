package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowsvi.flows.net.MadeOfMasks;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.dist.CorrelationCholesky;
import io.flowsvi.ppl.dist.Ordered;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.dist.PositiveBySoftplus;
import io.flowsvi.ppl.dist.Simplex;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Agreement with Pyro and the Sylvester paper's code on golden/flows.json, as the file itself asks.
 */
class GoldenFlowsTest {
  private static final double RELATIVE = 1e-9;
  private static final double ABSOLUTE = 1e-12;

  /** The file's kinds; one line for each that exists here. */
  private static final Map<String, BiFunction<JsonNode, Integer, Transform>> KNOWN =
      new HashMap<>();

  static {
    KNOWN.put("planar", (c, d) -> new Planar(d).bind(values(c, "u", "u", "w", "w", "b", "bias")));
    KNOWN.put(
        "radial",
        (c, d) -> new Radial(d).bind(values(c, "c", "x0", "a", "alpha_prime", "b", "beta_prime")));
    KNOWN.put(
        "householder",
        (c, d) -> {
          int t = c.get("parameters").get("u_unnormed").size();
          return new Householder(d, t).bind(values(c, "v", "u_unnormed"));
        });
    KNOWN.put("sylvester", (c, d) -> sylvester(c.get("parameters")));
    KNOWN.put(
        "affine_autoregressive",
        (c, d) -> MadeOfMasks.layer(c.get("weights").get("layers"), d).bind(Values.empty()));
    KNOWN.put("rational_quadratic_spline", (c, d) -> GoldenFlowsTest.spline(c.get("parameters")));
    KNOWN.put("constraint_exp", (c, d) -> each(Positive.INSTANCE));
    KNOWN.put("constraint_softplus", (c, d) -> each(PositiveBySoftplus.INSTANCE));
    KNOWN.put("constraint_simplex_stick_breaking", (c, d) -> Simplex.INSTANCE::toEvent);
    KNOWN.put("constraint_correlation_cholesky", (c, d) -> CorrelationCholesky.INSTANCE::toEvent);
    KNOWN.put("constraint_ordered", (c, d) -> Ordered.INSTANCE::toEvent);
  }

  /** An element-wise support has one log-det per element; the file has one per row. */
  private static Transform each(Support.Continuous support) {
    return x -> {
      Mapped mapped = support.toEvent(x);
      return new Mapped(mapped.value(), mapped.logDet().sum(-1));
    };
  }

  private static Transform spline(JsonNode p) {
    Tensor slopes = tensor(p.get("derivatives"));
    return new RationalQuadratic(tensor(p.get("knots_x")), tensor(p.get("knots_y")), slopes)
        ::forward;
  }

  private static Transform sylvester(JsonNode p) {
    return Sylvester.transform(
        Sylvester.rows(tensor(p.get("Q")).transpose()),
        triangle(tensor(p.get("R1"))),
        triangle(tensor(p.get("R2"))),
        tensor(p.get("b")));
  }

  private static UpperTriangle triangle(Tensor matrix) {
    Tensor diagonal = matrix.diagonal();
    return UpperTriangle.of(matrix.minus(diagonal.diagonalMatrix()), diagonal);
  }

  private static Values values(JsonNode c, String... names) {
    Map<String, Tensor> parts = new HashMap<>();
    for (int i = 0; i < names.length; i += 2) {
      parts.put(names[i], tensor(c.get("parameters").get(names[i + 1])));
    }
    return new Values(parts);
  }

  private static Tensor tensor(JsonNode node) {
    List<Integer> dims = new ArrayList<>();
    for (JsonNode at = node; at.isArray(); at = at.get(0)) {
      dims.add(at.size());
    }
    Shape shape = Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    return Arena.current().tensor(SharedData.numbers(node), shape);
  }

  @TestFactory
  Stream<DynamicTest> agreesWithReferences() {
    JsonNode cases = SharedData.json("golden/flows.json").get("cases");
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode c = cases.get(i);
      tests.add(DynamicTest.dynamicTest(i + " " + c.get("kind").asText(), () -> check(c)));
    }
    return tests.stream();
  }

  @Test
  void coversEveryKindOfTheFile() {
    Set<String> golden = new TreeSet<>();
    SharedData.json("golden/flows.json")
        .get("cases")
        .forEach(c -> golden.add(c.get("kind").asText()));
    assertThat(KNOWN.keySet()).containsExactlyInAnyOrderElementsOf(golden);
  }

  private static void check(JsonNode c) {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Tensor x = tensor(c.get("x"));
            int dim = x.shape().rank() == 0 ? 1 : x.shape().dim(-1);
            Mapped mapped = KNOWN.get(c.get("kind").asText()).apply(c, dim).forward(x);
            compare("y", mapped.value().toDoubles(), SharedData.numbers(c.get("y")));
            double[] expected = SharedData.numbers(c.get("log_abs_det"));
            Tensor logDet = mapped.logDet();
            double[] got = logDet.isNumber() ? new double[expected.length] : logDet.toDoubles();
            if (logDet.isNumber()) {
              java.util.Arrays.fill(got, logDet.asNumber());
            }
            compare("log_abs_det", got, expected);
            return null;
          });
    }
  }

  private static void compare(String what, double[] got, double[] expected) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      double margin = RELATIVE * Math.abs(expected[i]) + ABSOLUTE;
      assertThat(got[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(margin));
    }
  }
}
