package io.flowsvi.ppl.assertions;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.HasCdf;
import io.flowsvi.ppl.dist.HasMean;
import io.flowsvi.ppl.dist.HasVariance;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.data.Offset;

/** Assertions on distributions; they read values, so they belong inside an open arena. */
public final class DistributionAssert extends AbstractAssert<DistributionAssert, Distribution> {
  private DistributionAssert(Distribution actual) {
    super(actual, DistributionAssert.class);
  }

  /** Begins an assertion. */
  public static DistributionAssert assertThat(Distribution actual) {
    return new DistributionAssert(actual);
  }

  /** The sizes of one event; none for a scalar. */
  public DistributionAssert hasEventShape(int... dims) {
    isNotNull();
    if (!actual.eventShape().equals(Shape.of(dims))) {
      failWithMessage(
          "Expected %s with events %s, but they are %s.",
          actual.name(), Shape.of(dims), actual.eventShape());
    }
    return this;
  }

  /** The log density at one event, within a distance; −∞ must be met. */
  public DistributionAssert hasLogProb(double[] event, double expected, Offset<Double> within) {
    isNotNull();
    TensorAssert.assertThat(actual.logProb(Arena.current().tensor(event, actual.eventShape())))
        .isCloseTo(new double[] {expected}, within);
    return this;
  }

  /** The mean of one event, within a distance. */
  public DistributionAssert hasMean(double[] expected, Offset<Double> within) {
    moment("mean", actual instanceof HasMean m ? m.mean() : null, expected, within);
    return this;
  }

  /** The variance of each element, within a distance. */
  public DistributionAssert hasVariance(double[] expected, Offset<Double> within) {
    moment("variance", actual instanceof HasVariance v ? v.variance() : null, expected, within);
    return this;
  }

  private void moment(String what, Tensor got, double[] expected, Offset<Double> within) {
    if (got == null) {
      failWithMessage("%s does not know its %s.", actual.name(), what);
      return;
    }
    TensorAssert.assertThat(got.expand(actual.eventShape())).isCloseTo(expected, within);
  }

  /** P(X ≤ x), within a distance. */
  public DistributionAssert hasCdf(double x, double expected, Offset<Double> within) {
    if (!(actual instanceof HasCdf d)) {
      failWithMessage("%s does not know its distribution function.", actual.name());
      return this;
    }
    TensorAssert.assertThat(d.cdf(Tensor.number(x).expand(Shape.of(1))))
        .isCloseTo(new double[] {expected}, within);
    return this;
  }

  /** An event in the support, of a density above 0. */
  public DistributionAssert allows(double... event) {
    if (!possible(event)) {
      failWithMessage("Expected %s to allow %s.", actual.name(), java.util.Arrays.toString(event));
    }
    return this;
  }

  /** An event outside of the support, or of density 0. */
  public DistributionAssert refuses(double... event) {
    if (possible(event)) {
      failWithMessage("Expected %s to refuse %s.", actual.name(), java.util.Arrays.toString(event));
    }
    return this;
  }

  private boolean possible(double[] event) {
    isNotNull();
    return actual.support().contains(event, actual.eventShape())
        && actual.logProb(Arena.current().tensor(event, actual.eventShape())).item()
            > Double.NEGATIVE_INFINITY;
  }

  /** n draws under a seed lie in the support. */
  public DistributionAssert drawsFromItsSupport(Seed seed, int n) {
    isNotNull();
    double[] flat = actual.sample(seed, Shape.of(n)).toDoubles();
    int size = Math.max(1, actual.eventShape().size());
    for (int i = 0; i < n; i++) {
      double[] one = java.util.Arrays.copyOfRange(flat, i * size, (i + 1) * size);
      if (!actual.support().contains(one, actual.eventShape())) {
        failWithMessage(
            "Draw %s of %s is %s, outside of its support, the %s.",
            i, actual.name(), java.util.Arrays.toString(one), actual.support().name());
      }
    }
    return this;
  }
}
