package io.flowsvi.models.data;

import io.flowsvi.flows.density.Rows;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * The two-dimensional samples on which density estimators are usually shown (FFJORD's definitions).
 */
public final class Toys {
  private Toys() {}

  /** One draw of a toy. */
  @FunctionalInterface
  public interface Toy {
    /** A point from a generator. */
    double[] draw(UniformRandomProvider random);
  }

  /** Name to sampler. */
  public static Map<String, Toy> all() {
    Map<String, Toy> all = new LinkedHashMap<>();
    all.put("moons", Toys::moon);
    all.put("eight-gaussians", Toys::eightGaussians);
    all.put("pinwheel", Toys::pinwheel);
    all.put("checkerboard", Toys::checkerboard);
    all.put("spirals", Toys::spiral);
    all.put("circles", Toys::circle);
    return all;
  }

  /** n points of a toy, each keyed by its number. */
  public static Rows rows(Toy toy, int n, Seed seed) {
    double[] values =
        seed.fill(
            Shape.of(n, 2),
            (random, target, from, to) -> System.arraycopy(toy.draw(random), 0, target, from, 2));
    return new Rows(values, 2);
  }

  private static double normal(UniformRandomProvider random) {
    return ZigguratSampler.NormalizedGaussian.of(random).sample();
  }

  /** Two half circles, noise 0.1, doubled and shifted by (−1, −0.2). */
  private static double[] moon(UniformRandomProvider random) {
    double angle = Math.PI * random.nextDouble();
    boolean upper = random.nextBoolean();
    double x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
    double y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
    return new double[] {2 * (x + 0.1 * normal(random)) - 1, 2 * (y + 0.1 * normal(random)) - 0.2};
  }

  /** Eight centres at radius 4, standard deviation 0.5, all over √2. */
  private static double[] eightGaussians(UniformRandomProvider random) {
    double angle = Math.PI / 4 * random.nextInt(8);
    double scale = 1.414;
    return new double[] {
      (4 * Math.cos(angle) + 0.5 * normal(random)) / scale,
      (4 * Math.sin(angle) + 0.5 * normal(random)) / scale
    };
  }

  /** Five bent arms. */
  private static double[] pinwheel(UniformRandomProvider random) {
    double radial = 0.3 * normal(random) + 1;
    double tangential = 0.1 * normal(random);
    double angle = 2 * Math.PI / 5 * random.nextInt(5) + 0.25 * Math.exp(radial);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new double[] {
      2 * (cos * radial - sin * tangential), 2 * (sin * radial + cos * tangential)
    };
  }

  /** Every second square of a board. */
  private static double[] checkerboard(UniformRandomProvider random) {
    double x = random.nextDouble() * 4 - 2;
    double y = random.nextDouble() - random.nextInt(2) * 2 + Math.floorMod((long) Math.floor(x), 2);
    return new double[] {2 * x, 2 * y};
  }

  /** Two spirals. */
  private static double[] spiral(UniformRandomProvider random) {
    double n = Math.sqrt(random.nextDouble()) * 540 * (2 * Math.PI) / 360;
    double sign = random.nextBoolean() ? 1 : -1;
    double x = -Math.cos(n) * n + random.nextDouble() * 0.5;
    double y = Math.sin(n) * n + random.nextDouble() * 0.5;
    return new double[] {sign * x / 3 + 0.1 * normal(random), sign * y / 3 + 0.1 * normal(random)};
  }

  /** Two circles, radii 1 and ½, noise 0.08, times 3. */
  private static double[] circle(UniformRandomProvider random) {
    double angle = 2 * Math.PI * random.nextDouble();
    double radius = random.nextBoolean() ? 1 : 0.5;
    return new double[] {
      3 * (radius * Math.cos(angle) + 0.08 * normal(random)),
      3 * (radius * Math.sin(angle) + 0.08 * normal(random))
    };
  }
}
