package io.flowsvi.flows.residual;

import io.flowsvi.flows.layer.LayerException;
import java.util.List;

/**
 * How a {@link Contraction} is built.
 *
 * @param hidden the sizes of its hidden layers
 * @param activation what hidden units do
 * @param limit c, in (0, 1): what the spectral norm of each weight matrix stays below
 * @param context how many numbers it is told besides x, 0 for none
 */
public record ContractionSettings(
    List<Integer> hidden, UnitSlope activation, double limit, int context) {
  private static final double DEFAULT_LIMIT = 0.9;

  /** Checks the numbers. */
  public ContractionSettings {
    hidden = List.copyOf(hidden);
    if (hidden.isEmpty() || hidden.stream().anyMatch(h -> h < 1)) {
      throw new LayerException(
          "A contraction needs at least one hidden layer of at least 1 unit, got " + hidden + ".");
    }
    if (!(limit > 0 && limit < 1)) {
      throw new LayerException(
          "A contraction's limit of spectral norms must be in (0, 1), got "
              + limit
              + ": at 1 x + g(x) need not be invertible.");
    }
    if (context < 0) {
      throw new LayerException("A contraction's context cannot have size " + context + ".");
    }
  }

  /** Hidden layers of these sizes, LipSwish, limit 0.9, no context. */
  public static ContractionSettings of(int... hidden) {
    List<Integer> sizes = java.util.Arrays.stream(hidden).boxed().toList();
    return new ContractionSettings(sizes, UnitSlope.LIP_SWISH, DEFAULT_LIMIT, 0);
  }

  /** These settings with another activation. */
  public ContractionSettings withActivation(UnitSlope other) {
    return new ContractionSettings(hidden, other, limit, context);
  }

  /** These settings with another limit. */
  public ContractionSettings withLimit(double other) {
    return new ContractionSettings(hidden, activation, other, context);
  }

  /** These settings with a context of a size. */
  public ContractionSettings withContext(int size) {
    return new ContractionSettings(hidden, activation, limit, size);
  }
}
