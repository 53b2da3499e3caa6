package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Draws of a model's posterior by site, and of what follows from them: what reports and exports
 * read, whatever kind of fit made them.
 */
public interface ModelDraws {
  /** The structure of the model. */
  ModelStructure structure();

  /** n draws of several sites, in the order given; draw i of each belongs together. */
  List<Draws> draws(List<Site> sites, int n);

  /** The log likelihood of every row at one site, per draw; never scaled. */
  Draws logLikelihood(Observed site, int n);

  /** The data at an observed site, as one draw; none where some of them are missing. */
  Optional<Draws> observed(Observed site);

  /** n draws of a site from the prior. */
  Draws prior(Site site, int n);

  /** Log importance weights that the first n draws still need, in nats. */
  double[] logWeights(int n);

  /** For each site with a density, the other latents it depends on, by name. */
  Map<String, Set<String>> dependencies();

  /** n draws of one site. */
  default Draws draws(Site site, int n) {
    return draws(List.of(site), n).get(0);
  }

  /** The latents and derived sites that draws can be had of, in the model's order. */
  default List<Site> sites() {
    return structure().reported();
  }

  /** The observed sites of the model, in its order. */
  default List<Observed> observedSites() {
    List<Observed> observed = new ArrayList<>();
    for (SiteInfo info : structure().sites()) {
      if (info.site() instanceof Observed site) {
        observed.add(site);
      }
    }
    return observed;
  }
}
