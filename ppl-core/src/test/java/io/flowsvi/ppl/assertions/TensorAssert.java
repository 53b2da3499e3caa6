package io.flowsvi.ppl.assertions;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.data.Offset;

/** Assertions on tensors; they read values, so they belong in tests, inside an open arena. */
public final class TensorAssert extends AbstractAssert<TensorAssert, Tensor> {
  private TensorAssert(Tensor actual) {
    super(actual, TensorAssert.class);
  }

  /** Begins an assertion. */
  public static TensorAssert assertThat(Tensor actual) {
    return new TensorAssert(actual);
  }

  /** The sizes of all axes, outermost first; none for a scalar. */
  public TensorAssert hasShape(int... dims) {
    return hasShape(Shape.of(dims));
  }

  /** The sizes of all axes, outermost first. */
  public TensorAssert hasShape(Shape expected) {
    isNotNull();
    if (!actual.shape().equals(expected)) {
      failWithMessage("Expected shape %s, but it is %s.", expected, actual.shape());
    }
    return this;
  }

  /** These values in row-major order, each within an absolute distance; infinities must be met. */
  public TensorAssert isCloseTo(double[] expected, Offset<Double> within) {
    return isCloseTo(expected, 0, within.value);
  }

  /** As the other tensor in shape and, within an absolute distance, in values. */
  public TensorAssert isCloseTo(Tensor expected, Offset<Double> within) {
    return hasShape(expected.shape()).isCloseTo(expected.toDoubles(), within);
  }

  /** These values, each within {@code relative·|expected| + absolute}. */
  public TensorAssert isCloseTo(double[] expected, double relative, double absolute) {
    isNotNull();
    double[] got = actual.toDoubles();
    if (got.length != expected.length) {
      failWithMessage("Expected %s values, but there are %s.", expected.length, got.length);
    }
    for (int i = 0; i < got.length; i++) {
      double margin = relative * Math.abs(expected[i]) + absolute;
      boolean same = Double.compare(got[i], expected[i]) == 0;
      if (!same && !(Math.abs(got[i] - expected[i]) <= margin)) {
        failWithMessage(
            "Element %s: expected %s, but it is %s; they differ by %s, allowed %s.",
            i, expected[i], got[i], Math.abs(got[i] - expected[i]), margin);
      }
    }
    return this;
  }

  /** Neither NaN nor infinite anywhere. */
  public TensorAssert isFinite() {
    isNotNull();
    double[] got = actual.toDoubles();
    for (int i = 0; i < got.length; i++) {
      if (!Double.isFinite(got[i])) {
        failWithMessage("Element %s is %s, expected finite numbers.", i, got[i]);
      }
    }
    return this;
  }
}
