package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Simulation;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws of latents and derived sites from the prior, to hold a posterior against. */
public final class PriorDraws {
  private PriorDraws() {}

  /**
   * n draws of every continuous latent and derived site. Throws {@link PplException} if one is
   * improper.
   */
  public static <D> List<Draws> of(
      Session session, ModelStructure structure, Model<D> model, D data, int n) {
    SiteReader reader = new SiteReader(structure);
    return session.compute(
        arena -> {
          Map<String, Tensor> run =
              Simulation.prior(structure, model, data, n, session.seed().fold("prior"));
          List<Draws> all = new ArrayList<>();
          for (Site site : structure.reported()) {
            all.add(reader.read(site, structure.site(site.name()), run, n));
          }
          return all;
        });
  }

  /** n draws of one site, of an observed one replicates, in chunks. */
  static <D> Draws of(
      Session session,
      ModelStructure structure,
      Model<D> model,
      D data,
      Site site,
      int n,
      Seed seed) {
    SiteReader reader = new SiteReader(structure);
    SiteInfo info = structure.site(site.name());
    return Draws.collect(
            List.of(site),
            n,
            consumer -> {
              for (int first = 0; first < n; first += Target.CHUNK) {
                int count = Math.min(Target.CHUNK, n - first);
                Seed key = seed.fold(first / Target.CHUNK);
                consumer.accept(
                    session.compute(
                        arena ->
                            List.of(
                                reader.read(
                                    site,
                                    info,
                                    Simulation.prior(structure, model, data, count, key),
                                    count))));
              }
            })
        .get(0);
  }
}
