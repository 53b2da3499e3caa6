package io.flowsvi.flows.train;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.dist.SupportRecipe;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Snapshot;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a posterior is rebuilt from, as plain data.
 *
 * @param seed of the session that fitted it
 * @param backend that computed it
 * @param precision of that backend
 * @param family the guide's name in the catalog
 * @param prefix where its parameters begin
 * @param start the seed of its starting numbers: masks and permutations come from it
 * @param structure of the model
 * @param supports of the latents whose support is the same for all values of the others
 * @param parameters of the guide
 * @param witness its first draws and their log q: what a rebuilt guide must give again
 */
record PosteriorRecipe(
    long seed,
    Backend backend,
    Precision precision,
    String family,
    String prefix,
    Seed start,
    ModelStructure structure,
    Map<Latent, SupportRecipe> supports,
    Snapshot parameters,
    double[] witness) {
  private static final int WITNESSES = 4;

  PosteriorRecipe {
    supports = new LinkedHashMap<>(supports);
    List<Latent> latents = structure.latents().stream().map(LatentInfo::site).toList();
    if (!latents.containsAll(supports.keySet())) {
      throw new PplException(
          "A saved posterior has supports of "
              + supports.keySet()
              + ", but its latents are "
              + latents
              + ".");
    }
    latents.forEach(latent -> structure.site(latent.name()));
    if (structure.start().length != structure.dim()) {
      throw new PplException(
          "A saved posterior starts at "
              + structure.start().length
              + " numbers, but its latents have "
              + structure.dim()
              + ".");
    }
  }

  /** A guide with its parameters. */
  record Built(ParamStore params, Guide<Object> guide) {}

  /** The guide of the catalog with these parameters; throws where it is not the one saved. */
  Built build(FlowCatalog catalog) {
    ParamStore params = new ParamStore(start);
    Guide<Object> guide = catalog.guide(family).build(structure, params.scope(prefix));
    params.restore(parameters);
    return new Built(params, guide);
  }

  /** Throws unless the guide draws what it drew when it was saved. */
  void check(Built built) {
    // Draws of this session are in plain Java; another engine rounds in another way.
    double tolerance = backend == Backend.JAVA ? 0 : precision == Precision.FLOAT32 ? 1e-3 : 1e-8;
    try (Session session = Session.open(SessionSettings.of(seed))) {
      double[] again = witness(session, structure, built.guide());
      for (int i = 0; i < Math.max(again.length, witness.length); i++) {
        if (again.length != witness.length
            || !(Math.abs(again[i] - witness[i])
                <= tolerance * Math.max(1, Math.abs(witness[i])))) {
          throw new PplException(
              "Family '"
                  + family
                  + "' of this catalog does not draw what the saved guide drew: it is another"
                  + " recipe of that name. Likely fix: load with the catalog, and the library"
                  + " version, that the posterior was saved with.");
        }
      }
    }
  }

  static double[] witness(Session session, ModelStructure structure, Guide<Object> guide) {
    return session.compute(
        arena -> {
          Proposal proposal =
              guide.propose(new ArenaInputs(), "none", WITNESSES, session.seed().fold("witness"));
          List<double[]> all = new ArrayList<>();
          for (LatentInfo latent : structure.latents()) {
            all.add(proposal.values().reals().get(latent.site()).toDoubles());
          }
          Tensor logQ = Terms.sum(proposal.logQ());
          all.add(logQ.toDoubles());
          return all.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
        });
  }
}
