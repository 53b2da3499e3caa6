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

  /**
   * A datum for every row of the open plates and every element of the event: one that broadcasts
   * would count several times. Plain numbers may.
   */
  static void observed(Observed site, Distribution likelihood, Tensor value, Layout layout) {
    if (value == null) {
      throw new SiteException(
          site,
          " ("
              + likelihood.name()
              + ") is observed without a value. Likely fix: give its data with ctx.data(...).");
    }
    Shape expected = layout.plateShape().append(likelihood.eventShape());
    Shape got = value.shape();
    // A value with particles was computed from latents; it is not one datum.
    boolean one = value.isNumber() || expected.size() == 1 || got.rank() > expected.rank();
    for (int i = 1; !one && i <= expected.rank(); i++) {
      int here = i <= got.rank() ? got.dim(-i) : 1;
      if (here == 1 && expected.dim(-i) != 1) {
        throw new SiteException(
            site,
            " ("
                + likelihood.name()
                + ", "
                + layout.place()
                + "): its data have shape "
                + got
                + ", expected plates "
                + layout.plateShape()
                + " + event "
                + likelihood.eventShape()
                + ": one datum would count several times. Likely fix: read the data inside the plate, with one value"
                + " per row.");
      }
    }
  }

  /** The event and the shapes of parameters and value, for the end of a message. */
  static String details(Distribution distribution, Tensor value) {
    return "; event " + distribution.eventShape() + parameters(distribution, value);
  }

  static String parameters(Distribution distribution, Tensor value) {
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
        + layout.place()
        + "): its log density has shape "
        + got
        + ", expected "
        + expected
        + ".\n  expected = particles "
        + particles
        + " + plates "
        + layout.sizes()
        + details
        + "\n  Likely fix: "
        + fix;
  }
}
