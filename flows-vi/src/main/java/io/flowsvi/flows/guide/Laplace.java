package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The normal that has the mode and the curvature of a log density.
 *
 * <p>N(z*, M⁻¹), M = −∇²log p(z*), by central differences of exact gradients at steps of a
 * thousandth of each coordinate's own scale. With M = L Lᵀ draws are z* + L⁻ᵀ ε. Newton steps,
 * damped until they climb, lead to z* from any start near enough: 2D gradients each.
 *
 * @param mode z*, D numbers
 * @param factor L⁻ᵀ, D × D, row-major, upper triangular
 * @param logDet log|det L⁻ᵀ|
 * @param value log p(z*)
 */
public record Laplace(double[] mode, double[] factor, double logDet, double value) {
  private static final int STEPS = 100;
  private static final double TOLERANCE = 1e-10;
  private static final double FIRST_STEP = 1e-5;
  private static final double STEP = 1e-3;

  /** A pivot below this part of its diagonal is rounding or a flat direction, not a curvature. */
  private static final double FLAT = 1e-9;

  /** As {@link #of(LogDensity, double[], IntFunction)}, naming coordinates by their number. */
  public static Laplace of(LogDensity density, double[] start) {
    return of(density, start, i -> "coordinate " + i);
  }

  /**
   * Climbs to the mode near a start and takes the curvature there. Throws {@link PplException}
   * naming the coordinate where the density has no curvature, or cannot be climbed.
   */
  public static Laplace of(LogDensity density, double[] start, IntFunction<String> name) {
    double[] x = start.clone();
    double[] g = new double[x.length];
    double value = density.gradient(x, g);
    double[] steps = new double[x.length];
    Arrays.setAll(steps, i -> FIRST_STEP * Math.max(1, Math.abs(start[i])));
    if (!Double.isFinite(value)) {
      throw new PplException(
          "A Laplace approximation needs a start of finite log density, got " + value + ".");
    }
    for (int n = 0; n < STEPS; n++) {
      double[] m = curvature(density, x, steps);
      double[] move = direction(m, g);
      double gain = dot(move, g) / 2;
      if (gain < TOLERANCE && definite(m, 0).isPresent()) {
        return at(density, x, value, steps, name);
      }
      double size = 1;
      double[] next = x;
      double reached = Double.NEGATIVE_INFINITY;
      while (!(reached > value) && size > 1e-12) {
        next = plus(x, move, size);
        reached = density.value(next);
        size /= 2;
      }
      if (!(reached > value)) {
        // Nothing is left to climb but rounding.
        return at(density, x, value, steps, name);
      }
      x = next;
      value = density.gradient(x, g);
      rescale(m, steps);
    }
    throw new PplException(
        String.format(
            Locale.ROOT,
            "No mode was reached in %d Newton steps; the log density is %.6g and still rising at"
                + " '%s'. Likely fix: the posterior may have no mode (a scale that can shrink to"
                + " 0): use a flow.",
            STEPS,
            value,
            name.apply(largest(g))));
  }

  private static Laplace at(
      LogDensity density, double[] x, double value, double[] steps, IntFunction<String> name) {
    rescale(curvature(density, x, steps), steps);
    double[] m = curvature(density, x, steps);
    int d = x.length;
    double[] l =
        definite(m, 0)
            .orElseThrow(
                () ->
                    new PplException(
                        "The log density has no curvature at its highest point: '"
                            + name.apply(failing(m))
                            + "' can move, alone or with others before it, without lowering it."
                            + " Likely fix: give it a proper prior, or use a flow instead of a"
                            + " Laplace approximation."));
    double[] factor = new double[d * d];
    double logDet = 0;
    for (int k = 0; k < d; k++) {
      // Column k of L⁻¹ by forward substitution is row k of L⁻ᵀ.
      for (int i = k; i < d; i++) {
        double sum = i == k ? 1 : 0;
        for (int j = k; j < i; j++) {
          sum -= l[i * d + j] * factor[k * d + j];
        }
        factor[k * d + i] = sum / l[i * d + i];
      }
      logDet -= Math.log(l[k * d + k]);
    }
    return new Laplace(x, factor, logDet, value);
  }

  /** The log evidence if the density were this normal: value + ½ D log 2π + log|det L⁻ᵀ|. */
  public double logEvidence() {
    return value + 0.5 * mode.length * Math.log(2 * Math.PI) + logDet;
  }

  /** M⁻¹, row-major. */
  public double[] covariance() {
    int d = mode.length;
    double[] c = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        for (int k = Math.max(i, j); k < d; k++) {
          c[i * d + j] += factor[i * d + k] * factor[j * d + k];
        }
      }
    }
    return c;
  }

  /** −∇²log p, symmetric, by central differences of the gradient. */
  private static double[] curvature(LogDensity density, double[] x, double[] steps) {
    int d = x.length;
    double[] m = new double[d * d];
    double[] above = new double[d];
    double[] below = new double[d];
    double[] moved = x.clone();
    for (int i = 0; i < d; i++) {
      moved[i] = x[i] + steps[i];
      density.gradient(moved, above);
      moved[i] = x[i] - steps[i];
      density.gradient(moved, below);
      moved[i] = x[i];
      for (int j = 0; j < d; j++) {
        double h = (below[j] - above[j]) / (2 * steps[i]);
        m[i * d + j] += 0.5 * h;
        m[j * d + i] += 0.5 * h;
      }
    }
    return m;
  }

  private static void rescale(double[] m, double[] steps) {
    for (int i = 0; i < steps.length; i++) {
      double own = m[i * steps.length + i];
      if (own > 0 && Double.isFinite(own)) {
        steps[i] = STEP / Math.sqrt(own);
      }
    }
  }

  /** (M + λ diag|M|)⁻¹ g, with the least λ of a doubling series that makes it definite. */
  private static double[] direction(double[] m, double[] g) {
    double[] scaled = m.clone();
    for (double damping = 0; damping < 1e12; damping = damping == 0 ? 1e-3 : 4 * damping) {
      Optional<double[]> l = definite(scaled, damping);
      if (l.isPresent()) {
        return solve(l.get(), g);
      }
    }
    return g.clone();
  }

  /** The Cholesky factor of M + λ diag|M|, where it has one. */
  private static Optional<double[]> definite(double[] m, double damping) {
    double[] l = new double[m.length];
    return factorise(m, damping, l) < 0 ? Optional.of(l) : Optional.empty();
  }

  private static int failing(double[] m) {
    return factorise(m, 0, new double[m.length]);
  }

  /** Fills l; returns the first coordinate whose pivot is not positive, or −1. */
  private static int factorise(double[] m, double damping, double[] l) {
    int d = (int) Math.round(Math.sqrt(m.length));
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double own = Math.max(Math.abs(m[i * d + i]), damping > 0 ? 1e-12 : 0);
        double sum = m[i * d + j] + (i == j ? damping * own : 0);
        for (int k = 0; k < j; k++) {
          sum -= l[i * d + k] * l[j * d + k];
        }
        if (i == j) {
          if (!(sum > FLAT * own)) {
            return i;
          }
          l[i * d + i] = Math.sqrt(sum);
        } else {
          l[i * d + j] = sum / l[j * d + j];
        }
      }
    }
    return -1;
  }

  private static double[] solve(double[] l, double[] b) {
    int d = b.length;
    double[] x = b.clone();
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        x[i] -= l[i * d + j] * x[j];
      }
      x[i] /= l[i * d + i];
    }
    for (int i = d - 1; i >= 0; i--) {
      for (int j = i + 1; j < d; j++) {
        x[i] -= l[j * d + i] * x[j];
      }
      x[i] /= l[i * d + i];
    }
    return x;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] plus(double[] x, double[] move, double size) {
    double[] sum = new double[x.length];
    Arrays.setAll(sum, i -> x[i] + size * move[i]);
    return sum;
  }

  private static int largest(double[] g) {
    int at = 0;
    for (int i = 1; i < g.length; i++) {
      at = Math.abs(g[i]) > Math.abs(g[at]) ? i : at;
    }
    return at;
  }
}
