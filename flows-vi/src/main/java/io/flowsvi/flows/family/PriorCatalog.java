package io.flowsvi.flows.family;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Densities by name: the library's, and a user's own. */
public final class PriorCatalog {
  private final Map<String, PriorFamily> priors;

  /** A catalog of these. */
  public PriorCatalog(Map<String, PriorFamily> priors) {
    this.priors = Collections.unmodifiableMap(new LinkedHashMap<>(priors));
  }

  /** The library's own densities. */
  public static PriorCatalog library() {
    return new PriorCatalog(PriorFamilies.all());
  }

  /** The names, in the order they were given. */
  public Set<String> names() {
    return priors.keySet();
  }

  /**
   * The density of this name. Throws {@link PplException} with the nearest names if there is none.
   */
  public PriorFamily prior(String name) {
    PriorFamily found = priors.get(name);
    if (found == null) {
      throw new PplException(NearestName.message("flow", name, priors.keySet()));
    }
    return found;
  }
}
