package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A support as plain data: what is kept of it in a file.
 *
 * @param kind the name of its type
 * @param bounds the numbers of each bound, row-major; none for most supports
 * @param shapes the shape of each bound
 */
public record SupportRecipe(String kind, List<double[]> bounds, List<Shape> shapes) {
  private static final Map<String, Supplier<Support.Continuous>> FIXED =
      Map.ofEntries(
          Map.entry("Real", () -> Real.INSTANCE),
          Map.entry("Positive", () -> Positive.INSTANCE),
          Map.entry("PositiveBySoftplus", () -> PositiveBySoftplus.INSTANCE),
          Map.entry("Ordered", () -> Ordered.INSTANCE),
          Map.entry("PositiveOrdered", () -> PositiveOrdered.INSTANCE),
          Map.entry("Circle", () -> Circle.INSTANCE),
          Map.entry("Simplex", () -> Simplex.INSTANCE),
          Map.entry("UnitVector", () -> UnitVector.INSTANCE),
          Map.entry("ZeroSum", () -> ZeroSum.INSTANCE),
          Map.entry("CorrelationCholesky", () -> CorrelationCholesky.INSTANCE),
          Map.entry("CovarianceCholesky", () -> CovarianceCholesky.INSTANCE),
          Map.entry("PositiveDefinite", () -> PositiveDefinite.INSTANCE));

  /** Copies the lists. */
  public SupportRecipe {
    bounds = List.copyOf(bounds);
    shapes = List.copyOf(shapes);
    if (bounds.size() != shapes.size()) {
      throw new PplException(
          "A support has " + bounds.size() + " bounds, but " + shapes.size() + " shapes.");
    }
  }

  /** Of a support in the current arena; none for a type of a user's own. */
  public static Optional<SupportRecipe> of(Support.Continuous support) {
    String kind = support.getClass().getSimpleName();
    if (support instanceof Interval interval) {
      return Optional.of(recipe(kind, interval.low(), interval.high()));
    }
    if (support instanceof LowerBounded lower) {
      return Optional.of(recipe(kind, lower.low()));
    }
    if (support instanceof UpperBounded upper) {
      return Optional.of(recipe(kind, upper.high()));
    }
    boolean known = FIXED.containsKey(kind) && FIXED.get(kind).get() == support;
    return known ? Optional.of(recipe(kind)) : Optional.empty();
  }

  private static SupportRecipe recipe(String kind, Tensor... bounds) {
    List<double[]> numbers = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (Tensor bound : bounds) {
      numbers.add(bound.isNumber() ? new double[] {bound.asNumber()} : bound.toDoubles());
      shapes.add(bound.shape());
    }
    return new SupportRecipe(kind, numbers, shapes);
  }

  /** The support, in the current arena. Throws {@link PplException} for a kind it does not know. */
  public Support.Continuous build() {
    int expected = kind.equals("Interval") ? 2 : FIXED.containsKey(kind) ? 0 : 1;
    if (bounds.size() != expected) {
      throw new PplException(
          "Support '" + kind + "' needs " + expected + " bounds, got " + bounds.size() + ".");
    }
    return switch (kind) {
      case "Interval" -> Interval.of(bound(0), bound(1));
      case "LowerBounded" -> LowerBounded.of(bound(0));
      case "UpperBounded" -> UpperBounded.of(bound(0));
      default -> {
        if (!FIXED.containsKey(kind)) {
          throw new PplException(
              "Unknown support '" + kind + "'. Likely fix: use the library version that wrote it.");
        }
        yield FIXED.get(kind).get();
      }
    };
  }

  private Tensor bound(int index) {
    double[] numbers = bounds.get(index);
    Shape shape = shapes.get(index);
    return shape.rank() == 0 ? Tensor.number(numbers[0]) : Arena.current().tensor(numbers, shape);
  }

  /** Whether another has the same type and the very same bounds. */
  public boolean sameAs(SupportRecipe other) {
    if (!kind.equals(other.kind) || !shapes.equals(other.shapes)) {
      return false;
    }
    for (int i = 0; i < bounds.size(); i++) {
      if (!Arrays.equals(bounds.get(i), other.bounds.get(i))) {
        return false;
      }
    }
    return true;
  }
}
