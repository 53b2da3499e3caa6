package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Binary;
import io.flowsvi.ppl.dist.Category;
import io.flowsvi.ppl.dist.Count;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Event;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.Support;
import java.util.List;
import java.util.Optional;

/**
 * A discrete latent that takes all its values at once, on an axis of its own left of the particles.
 *
 * @param site the latent
 * @param axis counted from the particles to the left, from 0
 * @param size how many values it has
 * @param plates it is in, outer to inner
 * @param chain its distribution, if its event is a path whose steps are all on the one axis
 */
record Enumerated(
    Latent site, int axis, int size, List<Plate> plates, Optional<MarkovChain> chain) {
  private static final int MOST = 2000;

  /** Copies the list. */
  Enumerated {
    plates = List.copyOf(plates);
  }

  /** Whether a prior is discrete. Throws {@link SiteException} if it cannot be summed out. */
  static boolean discrete(Latent site, Distribution prior) {
    if (prior.support() instanceof Support.Continuous) {
      return false;
    }
    values(site, prior);
    return true;
  }

  /** How many values the prior allows. */
  static int values(Latent site, Distribution prior) {
    Support support = prior.support();
    double most =
        support instanceof Category category
            ? category.categories()
            : support instanceof Binary
                ? 2
                : support instanceof Count count ? count.most() + 1 : Double.NaN;
    if (Double.isNaN(most) || prior.eventShape().rank() > 0 && !(prior instanceof MarkovChain)) {
      throw new SiteException(
          site,
          " ("
              + prior.name()
              + ") is discrete and a vector"
              + (prior instanceof Event ? " of independent elements" : "")
              + ": its values cannot be summed out one by one. Likely fix: "
              + (prior instanceof Event
                  ? "sample one in each row of a plate."
                  : "observe it, or sum it out by hand and add the result with ctx.factor."));
    }
    if (most > MOST) {
      throw new SiteException(
          site,
          " ("
              + prior.name()
              + ") is discrete ("
              + support.name()
              + ")"
              + (Double.isInfinite(most) ? " without a bound" : ": " + (long) most + " values")
              + ": it cannot be summed out, and guides need continuous latents. At most "
              + MOST
              + " values can. Likely fix: bound it (a Categorical or Binomial), or observe it.");
    }
    return (int) most;
  }
}
