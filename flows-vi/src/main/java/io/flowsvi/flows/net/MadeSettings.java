package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.ParameterException;
import java.util.List;

/**
 * The sizes of a {@link Made}.
 *
 * @param dim D, the coordinates of its input
 * @param hidden units of each hidden layer, first layer first
 * @param numbers P, how many numbers it gives for each coordinate
 * @param context the size of the context, 0 for none
 * @param activation of the hidden units
 */
public record MadeSettings(
    int dim, List<Integer> hidden, int numbers, int context, Activation activation) {
  /** Checks the sizes. */
  public MadeSettings {
    hidden = List.copyOf(hidden);
    require(dim >= 1, "dim must be at least 1", dim);
    require(!hidden.isEmpty(), "there must be a hidden layer", hidden);
    require(numbers >= 1, "numbers must be at least 1", numbers);
    require(context >= 0, "context must not be negative", context);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new ParameterException("MadeSettings: " + rule + ", got " + value + ".");
    }
  }

  /** Hidden layers of these sizes, ReLU, two numbers a coordinate, no context. */
  public static MadeSettings of(int dim, Integer... hidden) {
    return new MadeSettings(dim, List.of(hidden), 2, 0, Activation.RELU);
  }

  /** With so many numbers a coordinate. */
  public MadeSettings withNumbers(int other) {
    return new MadeSettings(dim, hidden, other, context, activation);
  }

  /** With a context of this size. */
  public MadeSettings withContext(int other) {
    return new MadeSettings(dim, hidden, numbers, other, activation);
  }

  /** With another activation. */
  public MadeSettings withActivation(Activation other) {
    return new MadeSettings(dim, hidden, numbers, context, other);
  }

  /** The lowest degree of a hidden unit: units of degree 0 see the context only. */
  int lowestDegree() {
    return dim == 1 || context > 0 ? 0 : 1;
  }

  /** Degrees of one hidden layer: ascending, and as even as they can be, up to D − 1. */
  int[] degrees(int layer, String path) {
    int units = hidden.get(layer);
    int lowest = lowestDegree();
    int least = dim - lowest;
    if (units < least) {
      throw new ParameterException(
          "MADE '"
              + path
              + "' on "
              + dim
              + " dimensions"
              + (context == 0 ? "" : " with a context")
              + " needs at least "
              + least
              + " hidden units, got "
              + units
              + ": with fewer, some inputs would be dropped.");
    }
    int[] degrees = new int[units];
    for (int k = 0; k < units; k++) {
      degrees[k] = lowest + (int) ((long) k * least / units);
    }
    return degrees;
  }
}
