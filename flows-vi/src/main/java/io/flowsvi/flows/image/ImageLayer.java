package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;

/** A layer that reads a vector as an image; its weights, if any, are its own. */
interface ImageLayer extends BijectiveLayer {
  /** The sizes it reads. */
  ImageShape image();

  @Override
  default int dim() {
    return image().size();
  }

  @Override
  default Shape inputShape() {
    return image().shape();
  }

  @Override
  default ParamLayout layout() {
    return ParamLayout.empty();
  }
}
