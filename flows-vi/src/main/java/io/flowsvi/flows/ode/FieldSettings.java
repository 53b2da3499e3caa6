package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of a {@link FieldNet}.
 *
 * @param dim D
 * @param hidden the widths of the hidden layers
 * @param activation between the layers
 * @param time how time enters
 * @param context the size of a context that shifts the hidden layers, 0 for none
 * @param rank of what given numbers add to the weights of every layer, 0 for nothing
 * @param spread how steep units of the first layer start, and how far from the origin they bend
 */
public record FieldSettings(
    int dim,
    List<Integer> hidden,
    SmoothActivation activation,
    Time time,
    int context,
    int rank,
    double spread) {
  /** How time enters a layer Wz + b. */
  public enum Time {
    /** Wz + b + dt: the weights stay what they are, which makes an exact divergence cheapest. */
    SHIFT,
    /** (Wz + b)·sigmoid(at + c) + dt: ConcatSquash. Grathwohl et al. (2019), appendix B.1. */
    SQUASH
  }

  /** Checks the sizes. */
  public FieldSettings {
    hidden = List.copyOf(hidden);
    if (!(spread > 0)) {
      throw new LayerException("FieldSettings: spread must be positive, got " + spread + ".");
    }
    if (dim < 1 || context < 0 || rank < 0 || hidden.stream().anyMatch(h -> h < 1)) {
      throw new LayerException(
          "FieldSettings: dim and hidden widths must be positive, context and rank not negative,"
              + " got dim "
              + dim
              + ", hidden "
              + hidden
              + ", context "
              + context
              + ", rank "
              + rank
              + ".");
    }
  }

  /** tanh, time as a shift, no context, spread 1. */
  public static FieldSettings of(int dim, int... hidden) {
    List<Integer> widths = Arrays.stream(hidden).boxed().toList();
    return new FieldSettings(dim, widths, SmoothActivation.TANH, Time.SHIFT, 0, 0, 1);
  }

  /** With another activation. */
  public FieldSettings withActivation(SmoothActivation other) {
    return new FieldSettings(dim, hidden, other, time, context, rank, spread);
  }

  /** With time entering in another way. */
  public FieldSettings withTime(Time other) {
    return new FieldSettings(dim, hidden, activation, other, context, rank, spread);
  }

  /** With a context of a size: constants, or emitted by a network. */
  public FieldSettings withContext(int size) {
    return new FieldSettings(dim, hidden, activation, time, size, rank, spread);
  }

  /**
   * With weights W + U Vᵀ and biases of which U, V {@code [..., K]} and a bias are given, constants
   * or emitted by a network for each row. Grathwohl et al. (2019), section 4.2.
   */
  public FieldSettings withRank(int other) {
    return new FieldSettings(dim, hidden, activation, time, context, other, spread);
  }

  /**
   * With units whose weights start with the scale of spread/√D, biases with half of the spread. At
   * 1 a field starts nearly linear, and on data of few dimensions with fine structure training
   * stays on plateaus; 4 has units that bend all over such data.
   */
  public FieldSettings withSpread(double other) {
    return new FieldSettings(dim, hidden, activation, time, context, rank, other);
  }
}
