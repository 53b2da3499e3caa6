package io.flowsvi.ppl.tensor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All parameters of a store at one moment, by path.
 *
 * @param shapes path to shape, in the store's order
 * @param values all numbers, flat, in the same order
 */
public record Snapshot(Map<String, Shape> shapes, double[] values) {
  /** Keeps the order of paths; copies the numbers. */
  public Snapshot {
    shapes = new LinkedHashMap<>(shapes);
    values = values.clone();
  }

  @Override
  public double[] values() {
    return values.clone();
  }
}
