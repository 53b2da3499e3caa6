package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Transform;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A map of D dimensions that is cheap one way: it says which numbers it needs and turns them into a
 * transform. It does not know whether they are constants or come from a network.
 */
public interface Layer {
  /** D. */
  int dim();

  /** Which numbers it needs. */
  ParamLayout layout();

  /** The transform of these numbers; each part may have batch axes in front. */
  Transform bind(Values values);

  /** Starting numbers, near the identity where the layer can be. */
  default Init init() {
    return Init.zeros();
  }

  /**
   * How it reads the front of its D numbers: {@code (D)}, or {@code (channels, height, width)} of
   * an image. A chain refuses a layer that reads another image than the one before it leaves.
   */
  default Shape inputShape() {
    return Shape.of(dim());
  }

  /** How the front of its result is to be read. */
  default Shape outputShape() {
    return inputShape();
  }

  /**
   * How rows {@code [N, D]} of data that reach it become starting numbers, in the order of the
   * layout; empty where data do not matter.
   */
  default Optional<UnaryOperator<double[]>> dataStart() {
    return Optional.empty();
  }

  /**
   * How the numbers of this layer, in the order of the layout, follow the rows {@code [N, D]} of
   * training data that reach it: asked for after each epoch; empty where they are trained alone.
   */
  default Optional<BinaryOperator<double[]>> settling() {
    return Optional.empty();
  }

  /** The name users know it by. */
  default String name() {
    return getClass().getSimpleName();
  }
}
