package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What discovery learnt of any site.
 *
 * @param site the site
 * @param plates the plates it is in, outer to inner
 * @param plateShape its sizes on all plate axes of the model, 1 where it is not in one
 * @param event the shape of one value
 * @param distribution the distribution's name, empty for derived sites and factors
 */
public record SiteInfo(
    Site site, List<Plate> plates, Shape plateShape, Shape event, String distribution) {
  /** Copies the list. */
  public SiteInfo {
    plates = List.copyOf(plates);
  }

  /** The sizes a user sees: its plates, then the event. */
  public Shape shape() {
    Shape shape = Shape.scalar();
    for (Plate plate : plates) {
      shape = shape.append(plate.size());
    }
    return shape.append(event);
  }

  /** Names of its scalars as Stan writes them, row-major: {@code theta[1]}, or the bare name. */
  public List<String> scalarNames() {
    Shape shape = shape();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      if (shape.rank() == 0) {
        names.add(site.name());
        continue;
      }
      StringBuilder index = new StringBuilder();
      int rest = i;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index.insert(0, rest % shape.dim(axis) + 1).insert(0, axis == 0 ? "" : ",");
        rest /= shape.dim(axis);
      }
      names.add(site.name() + "[" + index + "]");
    }
    return names;
  }
}
