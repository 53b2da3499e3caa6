package io.flowsvi.flows.train;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.dist.SupportRecipe;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A posterior read from a file: draws of its latents in plain Java, without the model, its data or
 * a native library.
 *
 * <p>Draw i has the bits it had before it was saved (where it was computed in plain Java; to 1e-8
 * where libtorch did). Derived, generated and observed sites, and latents whose support depends on
 * other sites, need the model: {@link #attach}.
 */
public final class SavedPosterior {
  private final PosteriorRecipe recipe;
  private final PosteriorRecipe.Built built;
  private final Seed draws;

  private SavedPosterior(PosteriorRecipe recipe, PosteriorRecipe.Built built) {
    this.recipe = recipe;
    this.built = built;
    this.draws = Seed.of(recipe.seed()).fold("posterior").fold("draws");
  }

  /**
   * Reads a file that {@link Posterior#save} wrote. The catalog must have the guide's family under
   * its name, a user's own included. Throws {@link PplException} saying which file and why, if it
   * is missing, foreign, of another version, truncated or damaged, or if the family is another one.
   */
  public static SavedPosterior load(Path file, FlowCatalog catalog) {
    return PosteriorFormat.FILE.read(
        file, payload -> build(PosteriorFormat.decode(payload), catalog));
  }

  private static SavedPosterior build(PosteriorRecipe recipe, FlowCatalog catalog) {
    PosteriorRecipe.Built built = recipe.build(catalog);
    recipe.check(built);
    SavedPosterior saved = new SavedPosterior(recipe, built);
    if (!recipe.supports().isEmpty()) {
      // What cannot be drawn is noticed now, not in the middle of a long stream.
      saved.draws(saved.sites(), 1);
    }
    return saved;
  }

  /** The name of the guide's family. */
  public String family() {
    return recipe.family();
  }

  /** The seed of the session that fitted it. */
  public long seed() {
    return recipe.seed();
  }

  /** The structure of the model it belongs to. */
  public ModelStructure structure() {
    return recipe.structure();
  }

  /** The latents that can be drawn without the model, in its order. */
  public List<Site> sites() {
    return List.copyOf(recipe.supports().keySet());
  }

  /** n draws of a latent. Throws {@link PplException} where it needs the model. */
  public Draws draws(Site site, int n) {
    return draws(List.of(site), n).get(0);
  }

  /** n draws of several latents at once, in the order given. */
  public List<Draws> draws(List<Site> sites, int n) {
    return Draws.collect(sites, n, consumer -> stream(sites, n, consumer));
  }

  /**
   * n draws of every latent that needs no model, in chunks: see {@link #stream(List, int,
   * Consumer)}.
   */
  public void stream(int n, Consumer<List<Draws>> consumer) {
    stream(sites(), n, consumer);
  }

  /**
   * n draws of some latents in chunks: each call has the next draws of every site, in order. Memory
   * does not grow with n.
   */
  public void stream(List<Site> sites, int n, Consumer<List<Draws>> consumer) {
    if (sites.isEmpty() || n < 1) {
      throw new PplException(
          "Asked for " + n + " draws of " + sites.size() + " sites: both must be at least 1.");
    }
    sites.forEach(this::requireDrawable);
    SiteReader reader = new SiteReader(recipe.structure());
    try (Session session = Session.open(recipe.seed())) {
      for (int first = 0; first < n; first += Target.CHUNK) {
        int count = Math.min(Target.CHUNK, n - first);
        Seed seed = draws.fold(first / Target.CHUNK);
        consumer.accept(
            session.compute(
                arena -> {
                  Proposal proposal = built.guide().propose(new ArenaInputs(), "none", count, seed);
                  List<Draws> chunk = new ArrayList<>();
                  for (Site site : sites) {
                    Tensor value = constrained(proposal, (Latent) site);
                    SiteInfo info = recipe.structure().site(site.name());
                    chunk.add(reader.read(site, info, Map.of(site.name(), value), count));
                  }
                  return chunk;
                }));
      }
    }
  }

  private Tensor constrained(Proposal proposal, Latent site) {
    SupportRecipe support = recipe.supports().get(site);
    return support.build().toEvent(proposal.values().reals().get(site)).value();
  }

  private void requireDrawable(Site site) {
    if (site instanceof Latent latent && recipe.supports().containsKey(latent)) {
      return;
    }
    SiteInfo info = recipe.structure().site(site.name());
    String why =
        info.site() instanceof Latent
            ? "it is discrete, its support depends on other sites, or is a type of your own"
            : "it is no latent";
    throw new PplException(
        "Site '"
            + site.name()
            + "' cannot be drawn without the model: "
            + why
            + ". Without it there are "
            + sites().stream().map(Site::name).toList()
            + ". Likely fix: saved.attach(session, model, data).draws(...).");
  }

  /** Unconstrained draws {@code [n, D]}, row-major, in the order of the model's latents. */
  public double[] unconstrained(int n) {
    int dim = recipe.structure().dim();
    double[] all = new double[n * dim];
    try (Session session = Session.open(recipe.seed())) {
      for (int first = 0; first < n; first += Target.CHUNK) {
        int count = Math.min(Target.CHUNK, n - first);
        Seed seed = draws.fold(first / Target.CHUNK);
        int from = first;
        session.compute(
            arena -> {
              Proposal proposal = built.guide().propose(new ArenaInputs(), "none", count, seed);
              for (LatentInfo latent : recipe.structure().latents()) {
                double[] part = proposal.values().reals().get(latent.site()).toDoubles();
                for (int s = 0; s < count; s++) {
                  System.arraycopy(
                      part,
                      s * latent.size(),
                      all,
                      (from + s) * dim + latent.offset(),
                      latent.size());
                }
              }
              return true;
            });
      }
    }
    return all;
  }

  /** Mean, sd, Monte-Carlo error and 5, 50 and 95 % of every latent that needs no model. */
  public Summary summary(int n) {
    return Summary.of(draws(sites(), n));
  }

  /**
   * The whole posterior again: derived and predictive sites, the ELBO, importance weights. Throws
   * {@link PplException} where the model or its data have other sites, plates or shapes than those
   * that were fitted.
   */
  public <D> Posterior<D> attach(Session session, Model<D> model, D data) {
    ModelStructure found = ModelStructure.of(session, model, data);
    if (!found.fingerprint().equals(recipe.structure().fingerprint())) {
      throw new PplException(
          "The model is not the one that was fitted: it has\n"
              + found.describe()
              + "but the saved posterior has\n"
              + recipe.structure().describe()
              + "Likely fix: use the same model, on data of the same sizes.");
    }
    return new Posterior<>(
        new Target<>(
            session,
            built.params(),
            recipe.structure(),
            model,
            built.guide(),
            Target.queries(session, built.params(), Execution.COMPILED)),
        recipe.parameters().values(),
        data,
        Seed.of(recipe.seed()));
  }

  /** The recipe of a posterior whose guide this catalog builds under a name. */
  static <D> PosteriorRecipe recipe(
      Target<D> target, double[] values, D data, FlowCatalog catalog, String family) {
    var store = target.params();
    String prefix = store.params().get(0).path().split("/")[0];
    store.params().stream()
        .filter(p -> !p.path().startsWith(prefix + "/"))
        .findFirst()
        .ifPresent(
            p -> {
              throw new PplException(
                  "Only a guide is saved, but the fit trained '"
                      + p.path()
                      + "' beside '"
                      + prefix
                      + "', too. Likely fix: keep a Checkpoint of such a fit instead.");
            });
    return target.with(
        values,
        () -> {
          @SuppressWarnings("unchecked")
          var guide = (io.flowsvi.flows.guide.Guide<Object>) target.guide();
          PosteriorRecipe recipe =
              new PosteriorRecipe(
                  target.session().settings().seed(),
                  target.session().settings().backend(),
                  target.session().settings().precision(),
                  family,
                  prefix,
                  store.seed(),
                  target.structure(),
                  supports(target, data),
                  store.snapshot(),
                  PosteriorRecipe.witness(target.session(), target.structure(), guide));
          recipe.check(recipe.build(catalog));
          return recipe;
        });
  }

  /** The supports that are the same at two points: those of all draws, unless by a miracle. */
  private static <D> Map<Latent, SupportRecipe> supports(Target<D> target, D data) {
    List<Map<Latent, SupportRecipe>> at = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      at.add(target.supports(data, target.session().seed().fold("supports").fold(i)));
    }
    Map<Latent, SupportRecipe> fixed = new LinkedHashMap<>();
    at.get(0)
        .forEach(
            (site, support) -> {
              if (at.get(1).containsKey(site) && support.sameAs(at.get(1).get(site))) {
                fixed.put(site, support);
              }
            });
    return fixed;
  }
}
