package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.PlateAxis;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the draws of a site from a run of the model.
 *
 * @param structure the model's
 */
record SiteReader(ModelStructure structure) {
  /** One site of a run, axes in the user's order: plates outer to inner, then the event. */
  Draws read(Site asked, SiteInfo info, Map<String, Tensor> run, int count) {
    Tensor value = run.get(info.site().name());
    if (value == null) {
      throw new PplException(
          "Site '" + info.site().name() + "' has no values in this run of the model.");
    }
    int rank = structure.plateRank();
    Shape full = value.shape();
    List<Integer> order = new ArrayList<>(List.of(0));
    Shape shape = Shape.scalar();
    for (Plate plate : info.plates()) {
      int axis = 1 + axis(plate);
      order.add(axis);
      shape = shape.append(full.dim(axis));
    }
    for (int axis = 1; axis < full.rank(); axis++) {
      if (!order.contains(axis)) {
        order.add(axis);
      }
    }
    shape = shape.append(full.slice(rank + 1, full.rank()));
    int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
    double[] numbers = value.permute(axes).toDoubles();
    SiteInfo here = info.shape().equals(shape) ? info : resized(info, shape);
    if (numbers.length != count * shape.size()) {
      throw new PplException(
          "Site '"
              + info.site().name()
              + "' has shape "
              + full
              + " in this run, expected "
              + shape
              + " for each of "
              + count
              + " draws.");
    }
    return new Draws(asked, shape, here.scalarNames(), numbers);
  }

  private int axis(Plate plate) {
    return structure.plates().stream()
        .filter(p -> p.plate().name().equals(plate.name()))
        .mapToInt(PlateAxis::axis)
        .findFirst()
        .orElseThrow();
  }

  /** The same site in a batch of other sizes than discovery saw. */
  private static SiteInfo resized(SiteInfo info, Shape shape) {
    return new SiteInfo(info.site(), List.of(), info.plateShape(), shape, info.distribution());
  }
}
