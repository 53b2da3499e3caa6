package io.flowsvi.flows.family;

import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;

/** A recipe for a density on images: a prior, or a fit to data. */
@FunctionalInterface
public interface ImageFamily {
  /** A flow on images of these sizes, cheap to score, with its parameters in the scope. */
  Flow build(ImageShape image, ParamScope scope);
}
