package io.flowsvi.flows.importance;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;

/**
 * Two candidates mixed: the second, wider one bounds the weights where the first is too thin.
 *
 * @param first the better one
 * @param second the safer one
 * @param share of the first, between 0 and 1
 */
public record Blend(Scorable first, Scorable second, double share) implements Scorable {
  /** Checks the share. */
  public Blend {
    if (!(share > 0 && share < 1)) {
      throw new PplException("Blend: the share must lie between 0 and 1, got " + share + ".");
    }
  }

  @Override
  public int dim() {
    return first.dim();
  }

  @Override
  public Cloud draw(Seed seed, int n) {
    int some = Math.max(1, Math.min(n - 1, (int) Math.round(n * share)));
    Cloud a = first.draw(seed.fold("first"), some);
    Cloud b = second.draw(seed.fold("second"), n - some);
    double[] points = Arrays.copyOf(a.points(), n * dim());
    System.arraycopy(b.points(), 0, points, a.points().length, b.points().length);
    double[] logQ = new double[n];
    double[] other = second.logDensity(a.points());
    for (int i = 0; i < some; i++) {
      logQ[i] = mixed(a.logQ()[i], other[i]);
    }
    double[] own = first.logDensity(b.points());
    for (int i = some; i < n; i++) {
      logQ[i] = mixed(own[i - some], b.logQ()[i - some]);
    }
    return new Cloud(points, logQ);
  }

  @Override
  public double[] logDensity(double[] points) {
    double[] a = first.logDensity(points);
    double[] b = second.logDensity(points);
    for (int i = 0; i < a.length; i++) {
      a[i] = mixed(a[i], b[i]);
    }
    return a;
  }

  private double mixed(double a, double b) {
    double[] both = {a + Math.log(share), b + Math.log1p(-share)};
    // A density that overflowed counts as none: the other one is still there.
    both[0] = Double.isNaN(both[0]) ? Double.NEGATIVE_INFINITY : both[0];
    return StudentMixture.logSum(both);
  }
}
