package io.flowsvi.models.vae;

import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.layer.StandardNormal;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.ParamScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A recipe for the prior of a latent vector: any distribution of vectors. */
@FunctionalInterface
public interface LatentPrior {
  /** How many components the mixture has. */
  int COMPONENTS = 20;

  /** A distribution of vectors of this size, with what it learns in the scope. */
  Distribution build(int dim, ParamScope scope);

  /** The library's priors by name: standard, mixture, and every density family. */
  static Map<String, LatentPrior> all() {
    Map<String, LatentPrior> all = new LinkedHashMap<>();
    all.put("standard", (dim, scope) -> StandardNormal.of(dim));
    all.put("mixture", (dim, scope) -> MixturePrior.of(scope, dim, COMPONENTS));
    PriorFamilies.all().forEach((name, family) -> all.put(name, family::build));
    return Collections.unmodifiableMap(all);
  }
}
