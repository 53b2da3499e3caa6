package io.flowsvi.models.data;

import io.flowsvi.ppl.tensor.Unary;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The true log densities of the {@link Toys}: how far a fit is from the truth.
 *
 * <p>eight-gaussians and circles are closed forms, checkerboard is flat, moons and spirals are
 * integrals along their curves by midpoints, pinwheel a sum over the origins of a point.
 */
@FunctionalInterface
public interface ToyDensity {
  /** log p of a point of the plane. */
  double logProb(double x, double y);

  /** Name, as in {@link Toys#all}, to density. */
  static Map<String, ToyDensity> all() {
    Map<String, ToyDensity> all = new LinkedHashMap<>();
    all.put("moons", moons());
    all.put("eight-gaussians", eightGaussians());
    all.put("pinwheel", FoldedToys::pinwheel);
    all.put("checkerboard", checkerboard());
    all.put("spirals", FoldedToys.spirals());
    all.put("circles", circles());
    return Collections.unmodifiableMap(all);
  }

  private static double normal(double squares, double sd) {
    return Math.exp(-0.5 * squares / (sd * sd)) / (2 * Math.PI * sd * sd);
  }

  private static ToyDensity eightGaussians() {
    return (x, y) -> {
      double p = 0;
      for (int k = 0; k < 8; k++) {
        double dx = x - 4 / 1.414 * Math.cos(Math.PI / 4 * k);
        double dy = y - 4 / 1.414 * Math.sin(Math.PI / 4 * k);
        p += normal(dx * dx + dy * dy, 0.5 / 1.414) / 8;
      }
      return Math.log(p);
    };
  }

  private static ToyDensity checkerboard() {
    return (x, y) -> {
      long column = (long) Math.floor(x / 2);
      long row = (long) Math.floor(y / 2);
      boolean inside = Math.abs(x) <= 4 && Math.abs(y) <= 4;
      return inside && Math.floorMod(column + row, 2) == 0
          ? -Math.log(32)
          : Double.NEGATIVE_INFINITY;
    };
  }

  /** A circle of radius ρ blurred by σ: e^−(r−ρ)²/2σ² e^−rρ/σ² I₀(rρ/σ²)/2πσ². */
  private static ToyDensity circles() {
    double sd = 3 * 0.08;
    return (x, y) -> {
      double r = Math.hypot(x, y);
      double p = 0;
      for (double radius : new double[] {3, 1.5}) {
        double bessel = Unary.BESSEL_I0E.apply(r * radius / (sd * sd));
        p += 0.5 * normal((r - radius) * (r - radius), sd) * bessel;
      }
      return Math.log(p);
    };
  }

  private static ToyDensity moons() {
    int n = 320;
    return (x, y) -> {
      double p = 0;
      for (int i = 0; i < n; i++) {
        double angle = Math.PI * (i + 0.5) / n;
        double cos = 2 * Math.cos(angle);
        double sin = 2 * Math.sin(angle);
        double upper = square(x - cos + 1) + square(y - sin + 0.2);
        double lower = square(x - 1 + cos) + square(y + sin - 0.8);
        p += (normal(upper, 0.2) + normal(lower, 0.2)) / (2 * n);
      }
      return Math.log(p);
    };
  }

  private static double square(double x) {
    return x * x;
  }
}
