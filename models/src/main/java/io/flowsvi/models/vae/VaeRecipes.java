package io.flowsvi.models.vae;

import io.flowsvi.flows.family.NearestName;
import io.flowsvi.ppl.tensor.PplException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A named experiment: a recipe, the posteriors it compares, its seeds, and what the papers found.
 *
 * @param recipe with the posterior to be replaced
 * @param flows the baseline first
 * @param seeds of the runs
 * @param orders of the posteriors' bounds in the papers
 */
public record VaeRecipes(
    VaeRecipe recipe, List<String> flows, List<Long> seeds, List<PaperOrder> orders) {
  private static final List<String> ALL =
      List.of(
          "none",
          "householder-1",
          "householder",
          "ccliniaf",
          "planar",
          "iaf",
          "sylvester-t",
          "sylvester-h",
          "sylvester-o");

  /** Tomczak and Welling (2016, 2017); van den Berg et al. (2018), tables of MNIST. */
  private static final List<PaperOrder> MNIST_ORDERS =
      List.of(
          new PaperOrder("householder-1", "none"),
          new PaperOrder("householder", "none"),
          new PaperOrder("ccliniaf", "householder-1"),
          new PaperOrder("ccliniaf", "householder"),
          new PaperOrder("iaf", "planar"),
          new PaperOrder("sylvester-t", "planar"),
          new PaperOrder("sylvester-h", "planar"),
          new PaperOrder("sylvester-o", "planar"));

  /** Copies the lists. */
  public VaeRecipes {
    flows = List.copyOf(flows);
    seeds = List.copyOf(seeds);
    orders = List.copyOf(orders);
  }

  /** The library's experiments by name. */
  public static Map<String, VaeRecipes> all() {
    Map<String, VaeRecipes> all = new LinkedHashMap<>();
    all.put(
        "digits",
        new VaeRecipes(
            VaeRecipe.digits(),
            List.of("none", "planar", "iaf", "sylvester-o"),
            List.of(1L, 2L, 3L),
            List.of()));
    all.put("mnist", new VaeRecipes(VaeRecipe.mnist(), ALL, List.of(1L), MNIST_ORDERS));
    all.put(
        "mnist-45",
        new VaeRecipes(
            VaeRecipe.mnist().withEpochs(45, 45, 10).withSteps(100, 2e-3).withCooled(0.01),
            ALL,
            List.of(1L),
            MNIST_ORDERS));
    all.put(
        "mnist-quick",
        new VaeRecipes(
            VaeRecipe.mnist().withEpochs(5, 5, 2),
            List.of("none", "householder-1", "planar", "iaf", "sylvester-t"),
            List.of(1L),
            MNIST_ORDERS));
    all.put(
        "freyfaces",
        new VaeRecipes(
            VaeRecipe.freyFaces(),
            List.of("none", "sylvester-t"),
            List.of(1L, 2L, 3L),
            List.of(new PaperOrder("sylvester-t", "none"))));
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
