package io.flowsvi.models.vae.part;

import io.flowsvi.flows.family.ContinuousFamily;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.layer.StandardNormal;
import io.flowsvi.flows.ode.Divergence;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.Penalty;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A recipe for the prior of a latent vector: any distribution of vectors. */
@FunctionalInterface
public interface LatentPrior {
  /** How many components the mixture has. */
  int COMPONENTS = 20;

  /** Units in each of two layers of the continuous prior's field. */
  int FIELD = 64;

  /** A distribution of vectors of this size, with what it learns in the scope. */
  Distribution build(int dim, ParamScope scope);

  /**
   * A continuous flow with the exact trace and fixed steps: an adaptive solver of the library's
   * density {@code cnf} looks at values, and its steps differ from batch to batch.
   */
  static LatentPrior continuous() {
    Solver steps = FixedSteps.of(ButcherTableau.RK4, 4);
    return new ContinuousFamily(FIELD, steps, Divergence.exact(), Penalty.NONE, steps)::build;
  }

  /** The library's priors by name: standard, mixture, and every density family. */
  static Map<String, LatentPrior> all() {
    Map<String, LatentPrior> all = new LinkedHashMap<>();
    all.put("standard", (dim, scope) -> StandardNormal.of(dim));
    all.put("mixture", (dim, scope) -> MixturePrior.of(scope, dim, COMPONENTS));
    PriorFamilies.all().forEach((name, family) -> all.put(name, family::build));
    all.put("cnf", continuous());
    return Collections.unmodifiableMap(all);
  }
}
