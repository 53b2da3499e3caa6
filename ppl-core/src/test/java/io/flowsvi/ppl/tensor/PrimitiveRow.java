package io.flowsvi.ppl.tensor;

import java.util.function.Function;

/**
 * One row of the primitive contract.
 *
 * @param name what it shows
 * @param primitive the kind of primitive covered: an enum constant or a record class
 * @param shape of the input
 * @param low the smallest input
 * @param high the largest input
 * @param function a differentiable function of the input
 */
public record PrimitiveRow(
    String name,
    Object primitive,
    Shape shape,
    double low,
    double high,
    Function<Tensor, Tensor> function) {
  @Override
  public String toString() {
    return name;
  }
}
