package io.flowsvi.models.vae;

import io.flowsvi.flows.family.NearestName;
import io.flowsvi.ppl.tensor.PplException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A named experiment: a recipe, the posteriors it compares, and its seeds.
 *
 * @param recipe with the posterior to be replaced
 * @param flows the baseline first
 * @param seeds of the runs
 */
public record VaeRecipes(VaeRecipe recipe, List<String> flows, List<Long> seeds) {
  /** Copies the lists. */
  public VaeRecipes {
    flows = List.copyOf(flows);
    seeds = List.copyOf(seeds);
  }

  /** The library's experiments by name. */
  public static Map<String, VaeRecipes> all() {
    Map<String, VaeRecipes> all = new LinkedHashMap<>();
    all.put(
        "digits",
        new VaeRecipes(
            VaeRecipe.digits(),
            List.of("none", "planar", "iaf", "sylvester-o"),
            List.of(1L, 2L, 3L)));
    all.put(
        "mnist",
        new VaeRecipes(
            VaeRecipe.mnist(),
            List.of(
                "none",
                "householder-1",
                "householder",
                "ccliniaf",
                "planar",
                "iaf",
                "sylvester-t",
                "sylvester-h",
                "sylvester-o"),
            List.of(1L)));
    all.put(
        "mnist-quick",
        new VaeRecipes(
            VaeRecipe.mnist().withEpochs(5, 5, 2).withSteps(100, 1e-3),
            List.of("none", "householder-1", "planar", "iaf", "sylvester-t"),
            List.of(1L)));
    all.put(
        "freyfaces",
        new VaeRecipes(VaeRecipe.freyFaces(), List.of("none", "sylvester-t"), List.of(1L, 2L, 3L)));
    return all;
  }

  /** The experiment of this name. Throws {@link PplException} with the nearest names otherwise. */
  public static VaeRecipes of(String name) {
    VaeRecipes found = all().get(name);
    if (found == null) {
      throw new PplException(NearestName.message("recipe", name, all().keySet()));
    }
    return found;
  }
}
