package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.nested.NestedLaplace;
import io.flowsvi.ppl.model.Hierarchy;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.PplException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A normal of most latents given the few that set their scales, and a mixture of Student-t for
 * those.
 */
final class NestedRung implements Rung {
  /** A mixture in more dimensions cannot be fitted to so costly a density. */
  private static final int MOST_OUTER = 8;

  private static final double GRADIENTS = 150_000;

  /** From so many dimensions on a gradient is costly in itself. */
  private static final double WIDE = 500;

  @Override
  public String name() {
    return "nested";
  }

  @Override
  public boolean standsAlone() {
    return true;
  }

  @Override
  public Optional<String> skip(Climb<?> climb) {
    int outer = outer(climb).length;
    if (outer > MOST_OUTER) {
      return Optional.of("more than " + MOST_OUTER + " latents set scales");
    }
    return outer == 0 && climb.structure().dim() <= WIDE
        ? Optional.of("no latent sets another's scale")
        : Optional.empty();
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    ModelStructure structure = climb.structure();
    double wide = Math.max(1, structure.dim() / WIDE);
    NestedLaplace nested = new NestedLaplace(outer(climb), GRADIENTS / (wide * Math.sqrt(wide)));
    // Its cost is known beforehand, and half of it is of no use.
    return climb
        .density()
        .budget()
        .inAnyCase(() -> nested.fit(climb.density(), structure.start(), climb.seed("nested")))
        .orElseThrow(
            () ->
                new PplException("given the latents that set scales, the others have no maximum"));
  }

  private static <D> int[] outer(Climb<D> climb) {
    ModelStructure structure = climb.structure();
    List<Latent> parents =
        Hierarchy.parents(climb.session(), structure, climb.model(), climb.data());
    return structure.latents().stream()
        .filter(l -> parents.contains(l.site()))
        .flatMapToInt(NestedRung::coordinates)
        .toArray();
  }

  private static IntStream coordinates(LatentInfo latent) {
    return IntStream.range(latent.offset(), latent.offset() + latent.size());
  }
}
