package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Transform;

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

  /** The name users know it by. */
  default String name() {
    return getClass().getSimpleName();
  }
}
