package io.flowsvi.flows.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Emerging and periodic convolutions against dense matrices made from their definitions; {@code
 * convolutions.py} beside the file made it.
 */
class ConvolutionReferenceTest {
  private static final double RELATIVE = 1e-9;
  private static final double ABSOLUTE = 1e-12;

  @TestFactory
  Stream<DynamicTest> agreesWithDenseMatrices() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = getClass().getResourceAsStream("convolutions.json")) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      for (JsonNode c : cases) {
        for (Backend backend : List.of(Backend.JAVA, Backend.TORCH)) {
          String name = c.get("kind").asText() + " " + c.get("image") + " " + backend;
          tests.add(DynamicTest.dynamicTest(name, () -> check(c, backend)));
        }
      }
    }
    return tests.stream();
  }

  private static Layer layer(JsonNode c) {
    JsonNode i = c.get("image");
    ImageShape image = new ImageShape(i.get(0).asInt(), i.get(1).asInt(), i.get(2).asInt());
    int height = c.get("size").get(0).asInt();
    return c.get("kind").asText().equals("emerging")
        ? new EmergingConvolution(image, height).withSequentialInverse()
        : new PeriodicConvolution(image, height, c.get("size").get(1).asInt());
  }

  private static void check(JsonNode c, Backend backend) {
    Layer layer = layer(c);
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          arena -> {
            Map<String, Tensor> parts = new LinkedHashMap<>();
            for (Slice slice : layer.layout().slices()) {
              double[] numbers = SharedData.numbers(c.get("parameters").get(slice.name()));
              parts.put(slice.name(), arena.tensor(numbers, slice.shape()));
            }
            Values values = new Values(parts);
            double[] x = SharedData.numbers(c.get("x"));
            Tensor given = arena.tensor(x, io.flowsvi.ppl.tensor.Shape.of(1, x.length));
            Mapped mapped = layer.bind(values).forward(given);
            close(mapped.value().toDoubles(), SharedData.numbers(c.get("y")));
            close(mapped.logDet().toDoubles(), c.get("log_abs_det").asDouble());
            if (layer instanceof PeriodicConvolution periodic) {
              close(periodic.leastLogDet(values).toDoubles(), c.get("least").asDouble());
            }
            return null;
          });
    }
  }

  private static void close(double[] got, double... expected) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      double margin = RELATIVE * Math.abs(expected[i]) + ABSOLUTE;
      assertThat(got[i]).as("number %d", i).isCloseTo(expected[i], within(margin));
    }
  }
}
