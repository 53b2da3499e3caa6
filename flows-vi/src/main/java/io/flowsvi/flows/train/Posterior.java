package io.flowsvi.flows.train;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.MapGuide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.model.Dependencies;
import io.flowsvi.ppl.model.Generated;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.ObservedData;
import io.flowsvi.ppl.model.Simulation;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A fitted guide read as a posterior: draws by site, the ELBO, importance weights.
 *
 * <p>Draw i is the same in every query and for every number of draws, so draws of several sites
 * belong together; weights of {@link #psis} are theirs, too. Parameters are those of the fit,
 * whatever the store is used for afterwards. Memory does not grow with the number of draws in
 * {@link #stream}.
 *
 * @param <D> the model's data
 */
public final class Posterior<D> implements ModelDraws {
  private final Target<D> target;
  private final double[] values;
  private final D data;
  private final Seed seed;
  private final SiteReader reader;

  Posterior(Target<D> target, double[] values, D data) {
    this(target, values, data, target.session().seed());
  }

  Posterior(Target<D> target, double[] values, D data, Seed root) {
    this.target = target;
    this.values = values.clone();
    this.data = data;
    this.seed = root.fold("posterior");
    this.reader = new SiteReader(target.structure());
  }

  /** For each site with a density, the other latents it depends on, by name: for pictures. */
  @Override
  public Map<String, Set<String>> dependencies() {
    return Dependencies.of(target.session(), target.structure(), target.model(), data);
  }

  /**
   * n draws of a site: a latent (constrained), a derived one, replicates of an observed one, or a
   * generated one. Throws {@link PplException} naming the model's sites if it has no such site.
   */
  @Override
  public Draws draws(Site site, int n) {
    return draws(List.of(site), n).get(0);
  }

  /** n draws of several sites at once, in the order given. */
  @Override
  public List<Draws> draws(List<Site> sites, int n) {
    return Draws.collect(sites, n, consumer -> stream(sites, n, consumer));
  }

  /** n draws of some sites in chunks: each call has the next draws of every site, in order. */
  public void stream(List<Site> sites, int n, Consumer<List<Draws>> consumer) {
    if (sites.isEmpty()) {
      throw new PplException("Draws of no site were asked for; there are " + sites() + ".");
    }
    List<SiteInfo> infos = sites.stream().map(s -> target.structure().site(s.name())).toList();
    boolean predictive =
        infos.stream().anyMatch(i -> i.site() instanceof Observed || i.site() instanceof Generated);
    Simulation.Observations mode =
        predictive ? Simulation.Observations.REPLICATE : Simulation.Observations.SKIP;
    simulate(
        n,
        mode,
        (run, count) -> {
          List<Draws> chunk = new ArrayList<>();
          for (int i = 0; i < infos.size(); i++) {
            chunk.add(reader.read(sites.get(i), infos.get(i), run, count));
          }
          consumer.accept(chunk);
        });
  }

  /** The log likelihood of every row at one site, per draw; never scaled. For LOO and WAIC. */
  @Override
  public Draws logLikelihood(Observed site, int n) {
    SiteInfo info = target.structure().site(site.name());
    List<double[]> chunks = new ArrayList<>();
    List<Draws> patterns = new ArrayList<>();
    simulate(
        n,
        Simulation.Observations.SCORE,
        (run, count) -> {
          SiteInfo rows =
              new SiteInfo(
                  site, info.plates(), info.plateShape(), Shape.scalar(), info.distribution());
          Draws draws = reader.read(site, rows, run, count);
          patterns.add(draws);
          chunks.add(draws.toArray());
        });
    double[] all = new double[chunks.stream().mapToInt(c -> c.length).sum()];
    int at = 0;
    for (double[] chunk : chunks) {
      System.arraycopy(chunk, 0, all, at, chunk.length);
      at += chunk.length;
    }
    return new Draws(site, patterns.get(0).shape(), patterns.get(0).names(), all);
  }

  /** The data at an observed site, as one draw; none where some of them are missing. */
  @Override
  public Optional<Draws> observed(Observed site) {
    List<Draws> found = new ArrayList<>();
    target.with(
        values,
        () -> {
          target.propose(
              data,
              1,
              seed.fold("observed"),
              (proposal, first, count, key) -> {
                Map<String, Tensor> seen =
                    ObservedData.of(target.structure(), target.model(), data, proposal.values());
                if (seen.containsKey(site.name())) {
                  SiteInfo info = target.structure().site(site.name());
                  found.add(reader.read(site, info, seen, 1));
                }
              });
          return true;
        });
    return found.stream().findFirst();
  }

  /** n draws of a site from the prior: of an observed one, what the model expects before data. */
  @Override
  public Draws prior(Site site, int n) {
    return PriorDraws.of(
        target.session(), target.structure(), target.model(), data, site, n, seed.fold("prior"));
  }

  @Override
  public ModelStructure structure() {
    return target.structure();
  }

  private interface Reader {
    void read(Map<String, Tensor> run, int count);
  }

  private void simulate(int n, Simulation.Observations mode, Reader reader) {
    target.with(
        values,
        () -> {
          target.propose(
              data,
              n,
              seed.fold("draws"),
              (proposal, first, count, key) ->
                  reader.read(
                      Simulation.posterior(
                          target.structure(),
                          target.model(),
                          data,
                          proposal.values(),
                          key.fold("predictive"),
                          mode),
                      count));
          return true;
        });
  }

  /** The ELBO on n fresh draws, with its standard error, in nats. */
  public Estimate elbo(int n) {
    return Estimate.mean(target.with(values, () -> target.logWeights(data, n, seed.fold("elbo"))));
  }

  /** log p − log q of the first n draws, in nats. */
  @Override
  public double[] logWeights(int n) {
    return target.with(
        values,
        () -> {
          refuseBatch();
          return target.logWeights(data, n, seed.fold("draws"));
        });
  }

  /**
   * Pareto-smoothed importance weights of the first n draws, with their verdict. A point estimate
   * has one draw, however often it is repeated: k-hat is infinite, one draw counts.
   */
  public PsisReport psis(int n) {
    double[] weights = logWeights(n);
    if (target.guide() instanceof MapGuide) {
      Arrays.fill(weights, 1, n, Double.NEGATIVE_INFINITY);
    }
    return PsisReport.of(weights);
  }

  private void refuseBatch() {
    target.propose(
        data,
        1,
        seed.fold("draws"),
        (Proposal proposal, int first, int count, Seed key) -> {
          for (Term term : target.scores(data, proposal).terms()) {
            if (term.scale() != 1) {
              throw new PplException(
                  "Importance weights need all the data, but "
                      + term.plates()
                      + " is a batch (at site '"
                      + term.sites().get(0).name()
                      + "'). Likely fix: use fit.posterior(data) with all rows.");
            }
          }
        });
  }

  /** Mean, sd, Monte-Carlo error and 5, 50 and 95 % of every latent and derived scalar. */
  public Summary summary(int n) {
    return Summary.of(draws(sites(), n));
  }

  /**
   * Writes everything that {@link SavedPosterior#load} needs to draw again: structure, constant
   * supports, the guide's family by its name in a catalog, its parameters, and a few draws to check
   * it by. Replaces the file at once. Throws {@link PplException} if the catalog's family of that
   * name is not the one that was fitted, if other parameters were trained, too, or if there is a
   * file of another kind.
   */
  public void save(Path file, FlowCatalog catalog, String family) {
    PosteriorRecipe recipe = SavedPosterior.recipe(target, values, data, catalog, family);
    PosteriorFormat.FILE.write(file, PosteriorFormat.encode(recipe));
  }
}
