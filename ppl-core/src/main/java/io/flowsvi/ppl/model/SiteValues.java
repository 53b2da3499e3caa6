package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Brings values of derived and simulated sites to the full shape {@code [S] + plates + event}. */
final class SiteValues {
  private SiteValues() {}

  static Tensor full(Site site, Tensor value, int particles, Layout layout) {
    Shape batch = Shape.of(particles).append(layout.plateShape());
    Shape shape = value.shape();
    Shape target =
        shape.rank() > batch.rank() ? batch.append(shape.slice(batch.rank(), shape.rank())) : batch;
    if (!shape.canBroadcastWith(target) || !shape.broadcast(target).equals(target)) {
      throw new SiteException(
          site,
          ": its value has shape "
              + shape
              + ", which does not fit particles "
              + particles
              + " + plates "
              + layout.plateShape()
              + " + event. Likely fix: derive it inside the plate of its rows.");
    }
    return value.expand(target);
  }
}
