package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.Dependencies;
import io.flowsvi.ppl.model.Generated;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.ObservedData;
import io.flowsvi.ppl.model.Simulation;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A posterior given by points of unconstrained space, read by site.
 *
 * <p>Draw i of every site belongs to point i, in every query.
 *
 * @param <D> the model's data
 */
public final class PointDraws<D> implements ModelDraws {
  private static final int CHUNK = 500;

  private final Session session;
  private final ModelStructure structure;
  private final Model<D> model;
  private final D data;
  private final double[] points;
  private final Seed seed;

  /** Points {@code [N, D]}, row-major; replicates of data are drawn with this seed. */
  public PointDraws(
      Session session,
      ModelStructure structure,
      Model<D> model,
      D data,
      double[] points,
      Seed seed) {
    this.session = session;
    this.structure = structure;
    this.model = model;
    this.data = data;
    this.points = points.clone();
    this.seed = seed;
  }

  /** How many draws there are. */
  public int count() {
    return points.length / structure.dim();
  }

  /** The points {@code [N, D]}, row-major, in the order of the model's latents. */
  public double[] points() {
    return points.clone();
  }

  /** Draws of a site: latent, derived, replicates of an observed one, or generated. */
  public Draws draws(Site site) {
    return draws(List.of(site)).get(0);
  }

  /** Draws of several sites, in the order given. */
  public List<Draws> draws(List<Site> sites) {
    List<SiteInfo> infos = sites.stream().map(s -> structure.site(s.name())).toList();
    boolean predictive =
        infos.stream().anyMatch(i -> i.site() instanceof Observed || i.site() instanceof Generated);
    return read(
        sites,
        infos,
        predictive ? Simulation.Observations.REPLICATE : Simulation.Observations.SKIP);
  }

  /** The log likelihood of every row at one site, per draw. */
  public Draws logLikelihood(Observed site) {
    SiteInfo info = structure.site(site.name());
    SiteInfo rows =
        new SiteInfo(site, info.plates(), info.plateShape(), Shape.scalar(), info.distribution());
    return read(List.of(site), List.of(rows), Simulation.Observations.SCORE).get(0);
  }

  private List<Draws> read(
      List<Site> sites, List<SiteInfo> infos, Simulation.Observations observations) {
    SiteReader reader = new SiteReader(structure);
    int dim = structure.dim();
    List<List<Draws>> chunks = new ArrayList<>();
    for (int from = 0; from < count(); from += CHUNK) {
      int size = Math.min(CHUNK, count() - from);
      Seed key = seed.fold(from / CHUNK);
      double[] some = Arrays.copyOfRange(points, from * dim, (from + size) * dim);
      chunks.add(
          session.compute(
              arena -> {
                Tensor flat = arena.tensor(some, Shape.of(size, dim));
                Map<String, Tensor> run =
                    Simulation.posterior(
                        structure, model, data, structure.assign(flat), key, observations);
                List<Draws> all = new ArrayList<>();
                for (int i = 0; i < sites.size(); i++) {
                  all.add(reader.read(sites.get(i), infos.get(i), run, size));
                }
                return all;
              }));
    }
    List<Draws> joined = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      int at = i;
      joined.add(join(chunks.stream().map(c -> c.get(at)).toList()));
    }
    return joined;
  }

  private static Draws join(List<Draws> parts) {
    Draws first = parts.get(0);
    double[] all = new double[parts.stream().mapToInt(Draws::count).sum() * first.shape().size()];
    int at = 0;
    for (Draws part : parts) {
      double[] values = part.toArray();
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return new Draws(first.site(), first.shape(), first.names(), all);
  }

  /** The first n of these draws. Throws {@link PplException} if there are fewer. */
  public PointDraws<D> first(int n) {
    if (n < 1 || n > count()) {
      throw new PplException(
          "The first " + n + " draws were asked for; there are " + count() + ".");
    }
    double[] some = Arrays.copyOf(points, n * structure.dim());
    return new PointDraws<>(session, structure, model, data, some, seed);
  }

  @Override
  public List<Draws> draws(List<Site> sites, int n) {
    return first(n).draws(sites);
  }

  @Override
  public Draws logLikelihood(Observed site, int n) {
    return first(n).logLikelihood(site);
  }

  @Override
  public Optional<Draws> observed(Observed site) {
    double[] one = Arrays.copyOf(points, structure.dim());
    return session.compute(
        arena -> {
          Tensor flat = arena.tensor(one, Shape.of(1, structure.dim()));
          Map<String, Tensor> seen =
              ObservedData.of(structure, model, data, structure.assign(flat));
          return Optional.ofNullable(seen.get(site.name()))
              .map(
                  value ->
                      new SiteReader(structure).read(site, structure.site(site.name()), seen, 1));
        });
  }

  @Override
  public Draws prior(Site site, int n) {
    return PriorDraws.of(session, structure, model, data, site, n, seed.fold("prior"));
  }

  /** 0 each: whoever made these points has corrected them. */
  @Override
  public double[] logWeights(int n) {
    return new double[n];
  }

  @Override
  public ModelStructure structure() {
    return structure;
  }

  @Override
  public Map<String, Set<String>> dependencies() {
    return Dependencies.of(session, structure, model, data);
  }

  /** Mean, sd, Monte-Carlo error and quantiles of every latent and derived scalar. */
  public Summary summary() {
    return Summary.of(draws(sites()));
  }
}
