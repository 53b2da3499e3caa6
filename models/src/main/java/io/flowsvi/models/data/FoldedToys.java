package io.flowsvi.models.data;

import org.apache.commons.numbers.gamma.Erfc;

/** Log densities of the toys that fold over themselves, where a point has several origins. */
final class FoldedToys {
  private static final int NODES = 800;
  private static final int ANGLES = 240;
  private static final int HALVINGS = 44;

  /** Below the chance of any draw: e⁻⁸⁰. */
  private static final double NEGLIGIBLE = 80;

  private FoldedToys() {}

  /**
   * Five arms turned by e^r/4, r ~ N(1, 0.3²) along and t ~ N(0, 0.1²) across the arm, all doubled.
   *
   * <p>A point at radius 2ρ and angle φ comes from every θ with θ + e^{ρ cos θ}/4 = φ modulo 2π/5,
   * (r, t) = ρ(cos θ, sin θ): p = Σ_θ p(r) p(t)/|1 − ρ sin θ e^{ρ cos θ}/4|/5/4. Roots are found
   * between neighbours of a grid of angles, and halved down.
   */
  static double pinwheel(double x, double y) {
    double rho = Math.hypot(x, y) / 2;
    double phi = Math.atan2(y, x);
    double turn = 2 * Math.PI / 5;
    double p = 0;
    double low = -Math.PI;
    double before = wound(low, rho) - phi;
    for (int i = 1; i <= ANGLES; i++) {
      double high = -Math.PI + 2 * Math.PI * i / ANGLES;
      double after = wound(high, rho) - phi;
      double least = Math.min(before, after);
      for (double k = Math.ceil(least / turn); k * turn < Math.max(before, after); k++) {
        p += atRoot(rho, root(rho, phi + k * turn, low, high));
      }
      low = high;
      before = after;
    }
    return Math.log(p / 20);
  }

  private static double wound(double theta, double rho) {
    return theta + 0.25 * Math.exp(rho * Math.cos(theta));
  }

  private static double root(double rho, double level, double from, double to) {
    double low = from;
    double high = to;
    boolean rising = wound(high, rho) > wound(low, rho);
    for (int i = 0; i < HALVINGS && exponent(rho, low, high) < NEGLIGIBLE; i++) {
      double middle = (low + high) / 2;
      if (wound(middle, rho) < level == rising) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The smaller of the two ends' negative exponents. */
  private static double exponent(double rho, double low, double high) {
    return Math.min(exponent(rho, low), exponent(rho, high));
  }

  private static double exponent(double rho, double theta) {
    double r = (rho * Math.cos(theta) - 1) / 0.3;
    double t = rho * Math.sin(theta) / 0.1;
    return 0.5 * (r * r + t * t);
  }

  private static double atRoot(double rho, double theta) {
    double slope = 1 - 0.25 * rho * Math.sin(theta) * Math.exp(rho * Math.cos(theta));
    double normal = Math.exp(-exponent(rho, theta)) / (2 * Math.PI * 0.3 * 0.1);
    return normal / Math.abs(slope);
  }

  /**
   * Two spirals (∓n cos n, ±n sin n)/3, n ≤ 3π with density 2n/9π², each coordinate moved by a
   * uniform number up to 1/6, which the sign turns, too, and by a normal one of 0.1: an integral
   * over n by midpoints a quarter of the noise apart.
   */
  static ToyDensity spirals() {
    double[] xs = new double[NODES];
    double[] ys = new double[NODES];
    double[] shares = new double[NODES];
    double h = 3 * Math.PI / NODES;
    for (int i = 0; i < NODES; i++) {
      double n = h * (i + 0.5);
      xs[i] = -n * Math.cos(n) / 3;
      ys[i] = n * Math.sin(n) / 3;
      shares[i] = n * h / (9 * Math.PI * Math.PI);
    }
    return (x, y) -> {
      double p = 0;
      for (int i = 0; i < NODES; i++) {
        p += shares[i] * (blurred(x - xs[i], y - ys[i]) + blurred(-x - xs[i], -y - ys[i]));
      }
      return Math.log(p);
    };
  }

  private static double blurred(double dx, double dy) {
    double p = blurred(dx);
    return p == 0 ? 0 : p * blurred(dy);
  }

  /** The density of a uniform number below 1/6 plus a normal one of standard deviation 0.1. */
  private static double blurred(double d) {
    double width = 1 / 6.0;
    double reach = 0.1 * Math.sqrt(2 * NEGLIGIBLE);
    if (d < -reach || d > width + reach) {
      return 0;
    }
    // On the side where both tails are small, so that their difference keeps its digits.
    double centred = Math.abs(d - width / 2);
    double scale = 0.1 * Math.sqrt(2);
    double near = Erfc.value((centred - width / 2) / scale);
    double far = Erfc.value((centred + width / 2) / scale);
    return (near - far) / 2 / width;
  }
}
