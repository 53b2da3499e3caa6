package io.flowsvi.models.posteriordb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a posterior: moments and quantiles of each scored scalar.
 *
 * @param name the posterior's name
 * @param scalars by name, in the file's order
 */
public record Reference(String name, Map<String, Scalar> scalars) {
  /**
   * One scalar.
   *
   * @param mean its mean
   * @param sd its standard deviation
   * @param excessKurtosis 0 where unknown
   * @param quantiles at (i + ½)/n; empty where unknown
   */
  public record Scalar(double mean, double sd, double excessKurtosis, double[] quantiles) {}

  /** Reads {@code reference/NAME.json}; exact values where the published ones are known wrong. */
  public static Reference read(Path folder, String name) {
    Path file = folder.resolve("reference").resolve(name + ".json");
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new PplException(
          "Reference '"
              + file
              + "' cannot be read: "
              + e.getMessage()
              + ". Likely fix: point -Dflowsvi.shared (or --from) at the folder that holds"
              + " posteriordb.",
          e);
    }
    JsonNode exact = root.path("exact").path("parameters");
    boolean exactOnly = root.has("warning");
    JsonNode grid = root.path("quantile_grid").path("values");
    Map<String, Scalar> scalars = new LinkedHashMap<>();
    root.path("parameters")
        .properties()
        .forEach(
            field -> {
              JsonNode best = exact.path(field.getKey());
              if (exactOnly && best.isMissingNode()) {
                return;
              }
              JsonNode moments = best.isMissingNode() ? field.getValue() : best;
              scalars.put(
                  field.getKey(),
                  new Scalar(
                      moments.path("mean").doubleValue(),
                      moments.path("sd").doubleValue(),
                      field.getValue().path("excess_kurtosis").doubleValue(),
                      numbers(grid.path(field.getKey()))));
            });
    return new Reference(name, scalars);
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).doubleValue();
    }
    return numbers;
  }
}
