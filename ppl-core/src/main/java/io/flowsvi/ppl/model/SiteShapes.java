package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Checks that densities and values have the shape {@code [S] + plates (+ event)}. */
final class SiteShapes {
  private SiteShapes() {}

  /** The log density as [S] + plates; only the particle axis may be missing. */
  static Tensor density(
      Site site, String how, Tensor logDensity, int particles, Layout layout, String details) {
    Shape plates = layout.plateShape();
    Shape expected = Shape.of(particles).append(plates);
    Shape got = logDensity.shape();
    if (got.equals(expected)) {
      return logDensity;
    }
    boolean particleFree =
        got.equals(plates)
            || got.equals(Shape.of(1).append(plates))
            || got.rank() == 0 && plates.size() == 1;
    if (particleFree) {
      return logDensity.expand(expected);
    }
    throw new SiteException(site, message(how, got, expected, particles, layout, details));
  }

  static String details(Distribution distribution, Tensor value) {
    StringBuilder text = new StringBuilder("\n  parameters: ");
    String separator = "";
    for (Argument a : distribution.arguments()) {
      text.append(separator).append(a.name()).append(' ').append(a.value().shape());
      separator = ", ";
    }
    return text.append("   value: ").append(value.shape()).toString();
  }

  private static String message(
      String how, Shape got, Shape expected, int particles, Layout layout, String details) {
    StringBuilder plates = new StringBuilder();
    layout.open().forEach(p -> plates.append(plates.length() > 0 ? ", " : "").append(p));
    String place = layout.open().isEmpty() ? "outside any plate" : "inside " + plates;
    String fix;
    if (layout.open().isEmpty() && got.rank() > 0 && got.dim(-1) > 1) {
      int n = got.dim(-1);
      fix =
          "use it inside ctx.plate(Plate.of(\"rows\", "
              + n
              + "), ...), or make the last dimension part of the event with .event("
              + n
              + ").";
    } else {
      fix =
          "make values and parameters broadcast to the plates that are open, or read data inside the plate.";
    }
    return " ("
        + how
        + ", "
        + place
        + "): its log density has shape "
        + got
        + ", expected "
        + expected
        + ".\n  expected = particles "
        + particles
        + " + plates "
        + layout.plateShape()
        + details
        + "\n  Likely fix: "
        + fix;
  }
}
