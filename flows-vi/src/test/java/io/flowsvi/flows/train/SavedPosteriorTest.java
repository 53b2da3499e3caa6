package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.Vi;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.LkjCholesky;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SavedPosteriorTest {
  private static final Problems.Schools DATA = Problems.Schools.eight();
  private static final FlowCatalog CATALOG = FlowCatalog.library();
  private static final SviSettings QUICK =
      SviSettings.defaults().withSteps(3).withEvaluation(3, 10);
  private static final int DRAWS = 601;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("schools.posterior");
  }

  static Stream<String> families() {
    return CATALOG.names().stream();
  }

  private static <D> Fit<D> fit(Session session, Model<D> model, D data, String family) {
    return Vi.fit(session, model, data, CATALOG.guide(family), QUICK);
  }

  @ParameterizedTest
  @MethodSource("families")
  void drawsTheSameBitsWithoutTheModel(String family) {
    Map<Site, double[]> before = new LinkedHashMap<>();
    double[] weights;
    double[] replicates;
    try (Session session = Session.open(41)) {
      Posterior<Problems.Schools> posterior =
          fit(session, Problems.eightSchools(), DATA, family).posterior();
      for (Site site : posterior.sites()) {
        before.put(site, posterior.draws(site, DRAWS).toArray());
      }
      weights = posterior.logWeights(5);
      replicates = posterior.draws(Problems.Y, 5).toArray();
      posterior.save(file, CATALOG, family);
    }
    SavedPosterior saved = SavedPosterior.load(file, CATALOG);
    assertThat(saved.family()).isEqualTo(family);
    assertThat(saved.sites()).containsExactly(Problems.MU, Problems.TAU, Problems.ETA);
    for (Site site : saved.sites()) {
      assertThat(saved.draws(site, DRAWS).toArray()).containsExactly(before.get(site));
    }
    try (Session other = Session.open(5)) {
      Posterior<Problems.Schools> again = saved.attach(other, Problems.eightSchools(), DATA);
      assertThat(again.draws(Problems.THETA, DRAWS).toArray())
          .containsExactly(before.get(Problems.THETA));
      assertThat(again.draws(Problems.Y, 5).toArray()).containsExactly(replicates);
      assertThat(again.logWeights(5)).containsExactly(weights);
    }
  }

  private static final Latent SHARE = new Latent("share");
  private static final Latent BELOW = new Latent("below");
  private static final Latent CAPPED = new Latent("capped");
  private static final Latent MIX = new Latent("mix");
  private static final Latent CORR = new Latent("corr");
  private static final Latent RATE = new Latent("rate");

  /** An interval, one that ends at another site, one with bounds by row, and vectors. */
  private static final Model<double[]> SUPPORTS =
      (ctx, caps) -> {
        Tensor share = ctx.sample(SHARE, Uniform.of(-1, 3));
        ctx.sample(BELOW, Uniform.of(0, share.exp()));
        ctx.sample(MIX, Dirichlet.of(ctx.data(new double[] {1, 2, 3, 4}, Shape.of(4))));
        ctx.sample(CORR, LkjCholesky.of(3, 2));
        ctx.plate(
            Plate.of("row", caps.length),
            () -> {
              ctx.sample(CAPPED, Uniform.of(0, ctx.data(caps, Shape.of(caps.length))));
              ctx.sample(RATE, HalfNormal.of(1).event(2));
            });
      };

  @Test
  void keepsConstantSupportsAndAsksForTheModelOtherwise() {
    double[] caps = {1, 5, 25};
    List<Site> drawable = List.of(SHARE, MIX, CORR, CAPPED, RATE);
    List<double[]> before = new ArrayList<>();
    double[] below;
    List<String> names;
    try (Session session = Session.open(42)) {
      Posterior<double[]> posterior = fit(session, SUPPORTS, caps, "full-rank").posterior();
      for (Site site : drawable) {
        before.add(posterior.draws(site, DRAWS).toArray());
      }
      names = posterior.draws(CAPPED, 1).names();
      below = posterior.draws(BELOW, DRAWS).toArray();
      posterior.save(file, CATALOG, "full-rank");
    }
    SavedPosterior saved = SavedPosterior.load(file, CATALOG);
    assertThat(saved.sites()).containsExactlyElementsOf(drawable);
    for (int i = 0; i < drawable.size(); i++) {
      assertThat(saved.draws(drawable.get(i), DRAWS).toArray()).containsExactly(before.get(i));
    }
    assertThat(saved.draws(CAPPED, 1).names()).isEqualTo(names);
    assertThatThrownBy(() -> saved.draws(BELOW, 10))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Site 'below' cannot be drawn without the model")
        .hasMessageContaining("its support depends on other sites")
        .hasMessageContaining("saved.attach(session, model, data)");
    try (Session session = Session.open(1)) {
      assertThat(saved.attach(session, SUPPORTS, caps).draws(BELOW, DRAWS).toArray())
          .containsExactly(below);
    }
  }

  private Path saved(String family) {
    try (Session session = Session.open(43)) {
      fit(session, Problems.eightSchools(), DATA, family).posterior().save(file, CATALOG, family);
    }
    return file;
  }

  @Test
  void streamsTheSameDrawsInChunksOfOneSize() {
    SavedPosterior saved = SavedPosterior.load(saved("iaf"), CATALOG);
    double[] whole = saved.draws(Problems.TAU, 1_700).toArray();
    List<Integer> sizes = new ArrayList<>();
    List<Double> streamed = new ArrayList<>();
    saved.stream(
        1_700,
        chunk -> {
          sizes.add(chunk.get(0).count());
          for (double v : chunk.get(1).toArray()) {
            streamed.add(v);
          }
        });
    assertThat(sizes).containsExactly(500, 500, 500, 200);
    assertThat(streamed.stream().mapToDouble(v -> v).toArray()).containsExactly(whole);
    assertThat(saved.unconstrained(1_700)[1]).isCloseTo(Math.log(whole[0]), within(1e-12));
    assertThat(saved.summary(100).rows()).hasSize(10);
  }

  /** A layer of a user's own, under a name of its own. */
  private record Double2(int dim) implements BijectiveLayer {
    @Override
    public ParamLayout layout() {
      return ParamLayout.empty();
    }

    @Override
    public Init init() {
      return Init.zeros();
    }

    @Override
    public Bijection bind(Values values) {
      return new Bijection() {
        @Override
        public Mapped forward(Tensor z) {
          return new Mapped(z.times(2), Tensor.number(dim * Math.log(2)));
        }

        @Override
        public Mapped inverse(Tensor y) {
          return new Mapped(y.over(2), Tensor.number(-dim * Math.log(2)));
        }
      };
    }
  }

  @Test
  void findsAUsersOwnLayersByTheirNameInTheCatalog() {
    FlowFamily mine =
        (dim, scope) -> Chain.of(dim).then(new Double2(dim)).then(new ShiftScale(dim, 0.1));
    FlowCatalog own = new FlowCatalog(Map.of("mine", mine), Map.of());
    double[] before;
    try (Session session = Session.open(44)) {
      Posterior<Problems.Schools> posterior =
          Vi.fit(session, Problems.eightSchools(), DATA, own.guide("mine"), QUICK).posterior();
      before = posterior.draws(Problems.ETA, 10).toArray();
      assertThatThrownBy(() -> posterior.save(file, own, "mean-field"))
          .hasMessageContaining("Unknown family 'mean-field'");
      assertThatThrownBy(() -> posterior.save(file, CATALOG, "full-rank"))
          .hasMessageContaining("The saved parameters do not fit");
      posterior.save(file, own, "mine");
    }
    assertThat(SavedPosterior.load(file, own).draws(Problems.ETA, 10).toArray())
        .containsExactly(before);
    assertThatThrownBy(() -> SavedPosterior.load(file, CATALOG))
        .hasMessageContaining("Unknown family 'mine'");
    FlowFamily changed =
        (dim, scope) -> Chain.of(dim).then(new Reversed(dim)).then(new ShiftScale(dim, 0.1));
    FlowCatalog other = new FlowCatalog(Map.of("mine", changed), Map.of());
    assertThatThrownBy(() -> SavedPosterior.load(file, other))
        .hasMessageContaining("does not draw what the saved guide drew")
        .hasMessageContaining("Likely fix: load with the catalog");
  }

  /** The same parameters as {@link Double2}, under its name, but another map. */
  private record Reversed(int dim) implements BijectiveLayer {
    @Override
    public String name() {
      return "Double2";
    }

    @Override
    public ParamLayout layout() {
      return ParamLayout.empty();
    }

    @Override
    public Init init() {
      return Init.zeros();
    }

    @Override
    public Bijection bind(Values values) {
      return new io.flowsvi.flows.layer.Reverse(dim).bind(values);
    }
  }

  @Test
  void noneOfFiveHundredDamagedFilesIsRead() throws IOException {
    byte[] bytes = Files.readAllBytes(saved("coupling"));
    UniformRandomProvider random = Seed.of(4).generator();
    Path damaged = folder.resolve("damaged.posterior");
    for (int i = 0; i < 500; i++) {
      Files.write(damaged, Damage.of(bytes, random));
      assertThatThrownBy(() -> SavedPosterior.load(damaged, CATALOG))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("damaged.posterior");
    }
    SavedPosterior.load(file, CATALOG);
  }

  /** Right digests over wrong payloads: what only another version of the format could write. */
  @Test
  void nonsenseUnderARightDigestIsRefusedNotLoaded() throws IOException {
    byte[] bytes = Files.readAllBytes(saved("mean-field"));
    byte[] payload = java.util.Arrays.copyOfRange(bytes, 16, bytes.length - 32);
    UniformRandomProvider random = Seed.of(9).generator();
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] bad = payload.clone();
      bad[random.nextInt(300)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, PosteriorFormat.FILE.seal(bad));
      try {
        SavedPosterior.load(file, CATALOG).draws(Problems.MU, 1);
      } catch (PplException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void foreignAndMissingFilesAreNamedAndLeft() throws IOException {
    assertThatThrownBy(() -> SavedPosterior.load(file, CATALOG))
        .hasMessage("There is no saved posterior at " + file + ".");
    Files.writeString(file, "my thesis, the only copy");
    assertThatThrownBy(() -> SavedPosterior.load(file, CATALOG))
        .hasMessageContaining("is not a flowsvi saved posterior");
    try (Session session = Session.open(43)) {
      Posterior<Problems.Schools> posterior =
          fit(session, Problems.eightSchools(), DATA, "mean-field").posterior();
      assertThatThrownBy(() -> posterior.save(file, CATALOG, "mean-field"))
          .hasMessageContaining("exists and is not a flowsvi saved posterior");
    }
    assertThat(Files.readString(file)).isEqualTo("my thesis, the only copy");
  }

  @Test
  void attachRefusesAnotherModel() {
    SavedPosterior saved = SavedPosterior.load(saved("mean-field"), CATALOG);
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> saved.attach(session, Problems.normalMean(), new double[] {1, 2}))
          .hasMessageContaining("The model is not the one that was fitted")
          .hasMessageContaining("theta");
    }
    assertThatThrownBy(() -> saved.draws(Problems.THETA, 1))
        .hasMessageContaining("Site 'theta' cannot be drawn without the model: it is no latent");
    assertThatThrownBy(() -> saved.draws(Problems.MU, 0)).hasMessageContaining("Asked for 0 draws");
  }

  @Test
  void fitsThatTrainTheModelTooAreRefused() {
    try (Session session = Session.open(1)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure =
          ModelStructure.of(session, Problems.normalMean(), new double[] {1});
      var guide = CATALOG.guide("mean-field").build(structure, params.scope("guide"));
      Param location = params.scope("model").param("location", Shape.scalar(), Init.zeros());
      Model<double[]> own =
          (ctx, y) -> {
            Tensor mu = ctx.sample(Problems.MU, Normal.of(location.value(), 3));
            ctx.plate(
                Plate.of("row", y.length),
                () -> ctx.observe(Problems.Y, Normal.of(mu, 2), ctx.data(y, Shape.of(y.length))));
          };
      Fit<double[]> fit =
          new Svi<>(session, params, structure, own, guide, new Elbo(2), QUICK)
              .run(new double[] {1});
      assertThatThrownBy(() -> fit.posterior().save(file, CATALOG, "mean-field"))
          .hasMessageContaining("Only a guide is saved, but the fit trained 'model/location'");
    }
  }
}
