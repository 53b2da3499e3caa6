package io.flowsvi.ppl.assertions;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reference data beside the project, which a checkout may lack: tests then say so and skip. */
public final class SharedData {
  private SharedData() {}

  /** The file, or a skipped test with a message. */
  public static Path file(String name) {
    Path root = Path.of(System.getProperty("flowsvi.shared", "../../shared"));
    Path file = root.resolve(name);
    assumeTrue(
        Files.exists(file),
        "SKIPPED: " + file.toAbsolutePath() + " is not there; set -Dflowsvi.shared");
    return file;
  }

  /** The JSON file, or a skipped test with a message. */
  public static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All numbers of nested arrays, row by row. */
  public static double[] numbers(JsonNode node) {
    if (node.isNumber()) {
      return new double[] {node.doubleValue()};
    }
    java.util.List<Double> all = new java.util.ArrayList<>();
    collect(node, all);
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, java.util.List<Double> into) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, into));
    } else {
      into.add(node.isNull() ? Double.NaN : node.doubleValue());
    }
  }
}
