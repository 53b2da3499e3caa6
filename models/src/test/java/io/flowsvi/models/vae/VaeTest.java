package io.flowsvi.models.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.GaussianKl;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.models.image.Binarisation;
import io.flowsvi.models.image.ImageBatches;
import io.flowsvi.models.image.ImageSet;
import io.flowsvi.models.image.ImageSplit;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.models.vae.part.Posteriors;
import io.flowsvi.models.vae.part.Vae;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VAEs with every posterior on small made-up images, in plain Java and double precision. */
class VaeTest {
  private static final VaeCatalog CATALOG = VaeCatalog.library();
  private static final VaeRecipe TINY =
      VaeRecipe.digits().withLatent(2).withEpochs(6, 6, 1).withSteps(20, 2e-2).withCooled(1);

  /** Long enough to see which row and column of an image is white: base rates alone gain little. */
  private static final VaeRecipe LONG = TINY.withEpochs(60, 60, 5).withSteps(20, 3e-3);

  @TempDir Path folder;
  private final Session session = Session.open(3);

  @AfterEach
  void close() {
    session.close();
  }

  static List<String> posteriors() {
    return List.copyOf(Posteriors.all().keySet());
  }

  /** Bars of 4 by 4 pixels in 5 grey levels. */
  private static ImageSplit bars() {
    UniformRandomProvider random = Seed.of(8).generator();
    int n = 120;
    float[] pixels = new float[16 * n];
    for (int i = 0; i < n; i++) {
      int row = random.nextInt(4);
      int column = random.nextInt(4);
      for (int p = 0; p < 16; p++) {
        pixels[16 * i + p] = p / 4 == row || p % 4 == column ? 4 : random.nextInt(10) == 0 ? 1 : 0;
      }
    }
    return ImageSplit.ofLast(new ImageSet("bars", 4, 4, 5, pixels), 20, 20);
  }

  private VaeRun run(VaeRecipe recipe) {
    return new VaeRun(session, CATALOG, recipe, bars());
  }

  private VaeScores scores(VaeRun run, int samples) {
    return run.test(samples);
  }

  @ParameterizedTest
  @MethodSource("posteriors")
  @Tag("slow")
  void trainingRaisesTheBoundOfEveryPosterior(String flow) {
    VaeRun run = run(LONG.withFlow(flow));
    double before = scores(run, 8).meanElbo().value();
    Fit<Images> fit = run.train(Optional.empty());
    assertThat(fit.steps()).isEqualTo(60 * 4);
    assertThat(scores(run, 8).meanElbo().value()).isGreaterThan(before + 0.1);
  }

  /**
   * In single precision and at a rate that throws the encoder about: what it then emits for a basis
   * is badly conditioned, and no step may fail for it.
   */
  @Test
  void anOrthonormalBasisTrainsInSinglePrecision() {
    SessionSettings settings =
        SessionSettings.of(3).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session single = Session.open(settings)) {
      VaeRecipe recipe =
          TINY.withFlow("sylvester-o").withLatent(8).withEpochs(75, 75, 25).withSteps(20, 3e-2);
      VaeRun run = new VaeRun(single, CATALOG, recipe, bars());
      List<StepReport> retried = new ArrayList<>();
      Fit<Images> fit =
          run.train(
              Optional.empty(),
              new SviListener() {
                @Override
                public void stepped(StepReport report) {
                  if (report.retries() > 0) {
                    retried.add(report);
                  }
                }
              });
      assertThat(fit.steps()).isEqualTo(75 * 4);
      assertThat(retried).isEmpty();
      assertThat(run.params().snapshot().values()).doesNotContain(Double.NaN);
      assertThat(run.test(4).meanElbo().value()).isFinite();
    }
  }

  /** With weights 0 an encoder emits constants: the very numbers of the flow without an encoder. */
  @ParameterizedTest
  @MethodSource("posteriors")
  void anEncoderOfConstantsIsTheUnconditionalFlow(String flow) {
    VaeRun run = run(TINY.withFlow(flow));
    Chain chain = run.parts().chain();
    ParamStore other = new ParamStore(Seed.of(1));
    Constant constant = Constant.of(chain, other.scope("constant"));
    for (Param p : run.params().params()) {
      if (p.path().equals("head/weight")) {
        p.set(new double[p.shape().size()]);
      } else if (p.path().equals("head/bias")) {
        double[] bias = p.toDoubles();
        int at = 0;
        for (Param own : other.params()) {
          own.set(Arrays.copyOfRange(bias, at, at + own.shape().size()));
          at += own.shape().size();
        }
        assertThat(at).isEqualTo(bias.length);
      }
    }
    Images images = ImageBatches.inOrder(run.split().test(), 5).batch(0);
    Seed seed = Seed.of(6);
    double[][] both =
        session.compute(
            arena -> {
              Proposal amortised =
                  run.parts()
                      .vae()
                      .guide(run.structure())
                      .propose(new ArenaInputs(), images, 3, seed);
              Draw free =
                  chain
                      .pushforward(constant)
                      .draw(seed.rows(new long[] {0, 1, 2, 3, 4}), Shape.of(3, 5));
              return new double[][] {
                amortised.values().reals().get(Vae.Z).toDoubles(), free.value().toDoubles(),
                amortised.logQ().get(0).logDensity().toDoubles(), free.logProb().toDoubles()
              };
            });
    assertThat(both[0]).containsExactly(both[1], within(1e-12));
    assertThat(both[2]).containsExactly(both[3], within(1e-11));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "householder-1", "householder", "ccliniaf"})
  void theExactKlAgreesWithDraws(String flow) {
    VaeRun run = run(TINY.withFlow(flow).withLatent(3));
    spread(run);
    Images images = ImageBatches.inOrder(run.split().test(), 4).batch(0);
    int draws = 20_000;
    double[][] both =
        session.compute(
            arena -> {
              Proposal p =
                  run.parts()
                      .guide(run.structure())
                      .propose(new ArenaInputs(), images, draws, Seed.of(2));
              Tensor z = p.values().reals().get(Vae.Z);
              Tensor kl = p.logQ().get(0).logDensity().minus(run.parts().vae().prior().logProb(z));
              Tensor exact =
                  GaussianKl.toStandardNormal(run.parts().numbers())
                      .given(Vae.pixels(new ArenaInputs(), images));
              return new double[][] {kl.toDoubles(), exact.toDoubles()};
            });
    for (int i = 0; i < 4; i++) {
      double[] own = new double[draws];
      for (int s = 0; s < draws; s++) {
        own[s] = both[0][4 * s + i];
      }
      Estimate drawn = Estimate.mean(own);
      assertThat(Math.abs(drawn.value() - both[1][i]))
          .isLessThan(3 * drawn.standardError() + 1e-12);
    }
  }

  /** Moves every number of the encoder, so that scales and means differ from image to image. */
  private static void spread(VaeRun run) {
    for (Param p : run.params().params()) {
      if (p.path().startsWith(VaeParts.HEAD)) {
        double[] values = p.toDoubles();
        for (int i = 0; i < values.length; i++) {
          values[i] += 0.4 * Math.sin(3 + 1.7 * i);
        }
        p.set(values);
      }
    }
  }

  /** A diagonal's: ½ Σ (σ² + μ² − 1 − log σ²); reflections leave it as it is. */
  @Test
  void theExactKlOfADiagonalIsItsFormulaAndReflectionsLeaveIt() {
    VaeRun plain = run(TINY.withLatent(3));
    spread(plain);
    Images images = ImageBatches.inOrder(plain.split().test(), 4).batch(0);
    double[] kl = exact(plain.parts().numbers(), images);
    double[] raw =
        session.compute(
            arena ->
                plain.parts().numbers().emit(Vae.pixels(new ArenaInputs(), images)).toDoubles());
    for (int i = 0; i < 4; i++) {
      double expected = 0;
      for (int d = 0; d < 3; d++) {
        double mu = raw[6 * i + d];
        double s = raw[6 * i + 3 + d];
        expected += 0.5 * (Math.exp(2 * s) + mu * mu - 1 - 2 * s);
      }
      assertThat(kl[i]).isCloseTo(expected, within(1e-12));
    }
    VaeRun turned = run(TINY.withLatent(3).withFlow("householder"));
    for (Param p : turned.params().params()) {
      for (Param from : plain.params().params()) {
        if (from.path().equals(p.path())) {
          double[] values = p.toDoubles();
          System.arraycopy(from.toDoubles(), 0, values, 0, from.shape().size());
          p.set(values);
        }
      }
    }
    assertThat(exact(turned.parts().numbers(), images)).containsExactly(kl, within(1e-11));
  }

  private double[] exact(Network numbers, Images images) {
    return session.compute(
        arena ->
            GaussianKl.toStandardNormal(numbers)
                .given(Vae.pixels(new ArenaInputs(), images))
                .toDoubles());
  }

  @Test
  void theExactKlRefusesWhatIsNotGaussian() {
    VaeRun planar = run(TINY.withFlow("planar"));
    assertThatThrownBy(() -> GaussianKl.toStandardNormal(planar.parts().numbers()))
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("needs a chain of affine layers, but 'Planar' in");
    assertThatThrownBy(() -> run(TINY.withPrior("mixture").withObjective("exact-kl", 1)))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("known for a standard normal prior only, this one is MixturePrior");
  }

  /** log p(x) by quadrature over two latents: no bound is above it, and S tightens it. */
  @Test
  @Tag("slow")
  void boundsTightenWithSamplesAndStayBelowTheEvidence() {
    VaeRun run = run(TINY.withFlow("sylvester-t").withEpochs(20, 20, 2));
    run.train(Optional.empty());
    double evidence = evidence(run);
    Estimate elbo = scores(run, 400).meanElbo();
    double last = elbo.value();
    for (int s : new int[] {2, 8, 64, 400}) {
      double bound = scores(run, s).meanBound().value();
      assertThat(bound).isGreaterThan(last - 0.02);
      assertThat(bound).isLessThan(evidence + 0.02);
      last = bound;
    }
    assertThat(last).isCloseTo(evidence, within(0.02));
    assertThat(elbo.value()).isLessThan(last);
  }

  private double evidence(VaeRun run) {
    int side = 81;
    double step = 0.15;
    double[] grid = new double[2 * side * side];
    for (int i = 0; i < side * side; i++) {
      grid[2 * i] = (i / side - side / 2) * step;
      grid[2 * i + 1] = (i % side - side / 2) * step;
    }
    Images images = Images.of(run.split().test());
    double[] joint =
        session.compute(
            arena -> {
              Tensor z = arena.tensor(grid, Shape.of(side * side, 1, 2));
              Tensor x = arena.tensor(images.pixels(), Shape.of(images.count(), images.each()));
              Tensor prior = run.parts().vae().prior().logProb(z);
              return run.parts()
                  .vae()
                  .decoder()
                  .given(z)
                  .logProb(x)
                  .plus(prior)
                  .logSumExp(0)
                  .toDoubles();
            });
    return Arrays.stream(joint).average().orElseThrow() + 2 * Math.log(step);
  }

  @ParameterizedTest
  @ValueSource(strings = {"elbo", "exact-kl", "free-bits", "iwae", "dreg"})
  @Tag("slow")
  void everyObjectiveTrains(String objective) {
    VaeRun run = run(LONG.withObjective(objective, 3));
    double before = scores(run, 8).meanElbo().value();
    run.train(Optional.empty());
    assertThat(scores(run, 8).meanElbo().value()).isGreaterThan(before + 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard", "mixture", "maf", "realnvp", "spline", "gaussian", "cnf"})
  @Tag("slow")
  void everyPriorTrainsAndDraws(String prior) {
    VaeRun run = run(LONG.withPrior(prior));
    double before = scores(run, 8).meanElbo().value();
    run.train(Optional.empty());
    assertThat(scores(run, 8).meanElbo().value()).isGreaterThan(before + 0.1);
    double[] drawn = VaeGallery.of(session, run).samples();
    assertThat(drawn).hasSize(16 * VaeGallery.ROWS * VaeGallery.COLUMNS);
    assertThat(Arrays.stream(drawn).allMatch(p -> p >= 0 && p <= 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CATEGORICAL", "LOGISTIC", "GAUSSIAN"})
  @Tag("slow")
  void greyPixelModelsTrain(String pixels) {
    VaeRun run = run(TINY.withPixels(PixelModel.valueOf(pixels), Binarisation.NONE));
    double before = scores(run, 8).meanElbo().value();
    run.train(Optional.empty());
    assertThat(scores(run, 8).meanElbo().value()).isGreaterThan(before + 0.1);
    assertThat(scores(run, 8).bitsPerDimension()).isFinite();
  }

  @Test
  void bernoulliPixelsRefuseGreyImages() {
    assertThatThrownBy(() -> run(TINY.withPixels(PixelModel.BERNOULLI, Binarisation.NONE)))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Bernoulli pixels are black or white, but the images have 5");
  }

  @Test
  void dregRefusesOneWayChains() {
    assertThatThrownBy(
            () -> run(TINY.withFlow("planar").withObjective("dreg", 4)).train(Optional.empty()))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("'dreg' needs a posterior that scores given latents");
  }

  /** Stopped in the middle of an epoch, gone on from the file: the same bits as in one go. */
  @Test
  void aRunGoesOnFromItsCheckpointToTheSameBits() {
    VaeRecipe recipe = TINY.withFlow("sylvester-t");
    VaeRun whole = run(recipe);
    whole.train(Optional.empty());
    Path file = folder.resolve("run.ckpt");
    VaeRun killed = run(recipe);
    assertThatThrownBy(
            () ->
                killed.train(
                    Optional.of(file),
                    new SviListener() {
                      @Override
                      public void stepped(io.flowsvi.flows.train.StepReport report) {
                        if (report.step() == 10) {
                          throw new IllegalStateException("killed");
                        }
                      }
                    }))
        .hasMessage("killed");
    assertThat(file).exists();
    VaeRun resumed = run(recipe);
    resumed.train(Optional.of(file));
    assertThat(resumed.params().snapshot().values())
        .containsExactly(whole.params().snapshot().values());
  }

  @Test
  void aSavedVaeEncodesDecodesAndDrawsAsBefore() throws Exception {
    VaeRun run = run(TINY.withFlow("sylvester-t"));
    run.train(Optional.empty());
    Path file = folder.resolve("vae.zip");
    SavedVae.save(run, file);
    try (Session other = Session.open(99)) {
      SavedVae loaded = SavedVae.load(file, other, CATALOG);
      assertThat(loaded.recipe()).isEqualTo(run.recipe());
      assertThat(loaded.parameters().values()).containsExactly(run.params().snapshot().values());
      Images images = ImageBatches.inOrder(run.split().test(), 6).batch(0);
      double[] z = loaded.encode(images, Seed.of(4));
      double[] before =
          session.compute(
              a ->
                  run.parts()
                      .guide(run.structure())
                      .propose(new ArenaInputs(), images, 1, Seed.of(4))
                      .values()
                      .reals()
                      .get(Vae.Z)
                      .toDoubles());
      assertThat(z).containsExactly(before);
      assertThat(loaded.decode(z)).hasSize(6 * 16);
      assertThat(loaded.sample(7, Seed.of(5))).hasSize(7 * 16);
      assertThatThrownBy(() -> loaded.decode(new double[3]))
          .hasMessageContaining("latent vectors of 2 numbers; got 3 in all");
      assertThatThrownBy(() -> SavedVae.load(folder.resolve("none"), other, CATALOG))
          .hasMessageContaining("There is no saved VAE at");
      Path text = Files.writeString(folder.resolve("text"), "not a zip");
      assertThatThrownBy(() -> SavedVae.load(text, other, CATALOG))
          .hasMessageContaining("is not a saved VAE, or damaged");
    }
  }

  /** The trained networks stay to the bit, the bound starts where it was and does not fall. */
  @Test
  @Tag("slow")
  void aFlowRefinesATrainedVae() {
    VaeRecipe plain = TINY.withEpochs(15, 15, 2).withSteps(20, 1e-2);
    VaeRun trained = run(plain);
    trained.train(Optional.empty());
    Refinement refined =
        Refinement.of(
            session,
            CATALOG,
            TrainedVae.of(trained),
            plain.withFlow("planar").withEpochs(15, 15, 0),
            bars(),
            Refinement.ALL_BUT_FLOW,
            TestPlan.of(50));
    assertThat(refined.gain().value()).isGreaterThan(-3 * refined.gain().standardError());
    for (Param p : refined.run().params().params()) {
      for (Param from : trained.params().params()) {
        if (from.path().equals(p.path()) && !p.path().startsWith(VaeParts.HEAD)) {
          assertThat(p.toDoubles()).containsExactly(from.toDoubles());
        }
      }
    }
  }

  @Test
  void refinementRefusesOtherPartsAndOtherBeginnings() {
    TrainedVae planar = TrainedVae.of(run(TINY.withFlow("planar")));
    assertThatThrownBy(() -> refine(planar, "iaf", List.of("decoder")))
        .hasMessageContaining(
            "The posterior 'iaf' is ShiftScale(2) -> Shared[MaskedAffine, Reverse, MaskedAffine,"
                + " Reverse")
        .hasMessageContaining("does not begin as the trained VAE's 'planar': ShiftScale(2)");
    assertThatThrownBy(() -> refine(planar, "planar", List.of("encodr")))
        .hasMessageContaining("Unknown part to freeze 'encodr'. Did you mean 'encoder'");
  }

  private void refine(TrainedVae trained, String flow, List<String> frozen) {
    VaeRecipe recipe = trained.recipe().withFlow(flow);
    Refinement.of(session, CATALOG, trained, recipe, bars(), frozen, TestPlan.of(1));
  }

  @Test
  @Tag("slow")
  void refiningSingleImagesClosesAnAmortisationGap() {
    VaeRun run = run(TINY.withFlow("planar").withEpochs(20, 20, 1));
    run.train(Optional.empty());
    // An encoder that is somewhat off, so that there is a gap to close.
    spread(run);
    Images images = ImageBatches.inOrder(run.split().test(), 10).batch(0);
    double[] networks = run.params().snapshot().values();
    Amortisation refined =
        Amortisation.refine(session, run.parts(), run.structure(), images, 150, 0.02, 200);
    assertThat(refined.gap().value()).isGreaterThan(2 * refined.gap().standardError());
    assertThat(refined.after().meanElbo().value()).isLessThan(refined.after().meanBound().value());
    assertThat(run.params().snapshot().values()).containsExactly(networks);
  }

  /**
   * A decoder that does not look at z: the posterior is the prior. A q of variance v in front of it
   * has weights with a tail of k = 1 − v, in each image.
   */
  @ParameterizedTest
  @CsvSource({"0.05, 0.7, 1.3", "4, -5, 0.5"})
  void kHatOfEachImageTellsANarrowPosteriorFromAWideOne(double v, double least, double most) {
    VaeRun run = run(TINY);
    for (Param p : run.params().params()) {
      if (p.path().startsWith("decoder/") || p.path().equals("head/weight")) {
        p.set(new double[p.shape().size()]);
      } else if (p.path().equals("head/bias")) {
        p.set(new double[] {0, 0, 0.5 * Math.log(v), 0.5 * Math.log(v)});
      }
    }
    VaeScores scores = scores(run, 2000);
    assertThat(Arrays.stream(scores.kHat()).average().orElseThrow()).isBetween(least, most);
    assertThat(scores.unreliable()).isBetween(v < 1 ? 0.8 : 0, v < 1 ? 1 : 0.0);
  }

  @Test
  void scoresOfOtherImagesAreNotPaired() {
    VaeRun run = run(TINY);
    VaeScores all = scores(run, 1);
    ImageBatches few = ImageBatches.inOrder(run.split().test().range(0, 5), 5);
    VaeScores some =
        VaeScores.of(
            session,
            run.structure(),
            run.parts().vae().model(),
            run.parts().guide(run.structure()),
            few,
            1,
            Seed.of(1));
    assertThatThrownBy(() -> all.elboAbove(some))
        .hasMessageContaining("Scores of 20 images cannot be paired with scores of 5");
    assertThatThrownBy(() -> run.test(0)).hasMessageContaining("at least 1 sample an image");
  }

  /** Two latents, of which the decoder may use both: counted by the variance of their means. */
  @Test
  void unitsWithoutVarianceAreInactive() {
    VaeScores scores =
        new VaeScores(
            new double[] {-3, -5},
            new double[] {-2, -4},
            new double[] {-2.5, -4.5},
            new double[] {0.2, 0.9},
            new int[] {200, 200},
            new double[] {0.5, 0.001},
            16);
    assertThat(scores.activeUnits()).isEqualTo(1);
    assertThat(scores.meanKl()).isCloseTo(1, within(1e-15));
    assertThat(scores.unreliable()).isEqualTo(0.5);
    assertThat(scores.bitsPerDimension()).isCloseTo(3.5 / 16 / Math.log(2), within(1e-15));
  }

  /** A subset with many samples, the others with few; each image's noise is that of its place. */
  @Test
  void aPlanScoresASubsetWithMoreSamples() {
    VaeRun run = run(TINY);
    VaeScores all = run.test(150);
    VaeScores mixed = run.test(new TestPlan(150, 5, 20));
    assertThat(mixed.images()).isEqualTo(20);
    assertThat(mixed.sampleCounts()).containsExactly(150, 20);
    VaeScores subset = mixed.scoredWith(150);
    assertThat(subset.images()).isEqualTo(5);
    assertThat(subset.kHat()).doesNotContain(Double.NaN);
    int[] places = new TestPlan(150, 5, 20).chosen(20);
    assertThat(places).isSorted().doesNotHaveDuplicates();
    for (int i = 0; i < places.length; i++) {
      assertThat(subset.bound()[i]).isCloseTo(all.bound()[places[i]], within(1e-9));
    }
    assertThat(mixed.scoredWith(20).kHat()).containsOnly(Double.NaN);
    assertThat(mixed.scoredWith(20).unreliable()).isNaN();
    assertThat(mixed.unreliable()).isEqualTo(subset.unreliable());
    assertThat(run.test(new TestPlan(150, 5, 0)).images()).isEqualTo(5);
    assertThatThrownBy(() -> mixed.scoredWith(7))
        .hasMessageContaining("No image was scored with 7 samples, but with [150, 20]");
    assertThatThrownBy(() -> new TestPlan(0, 5, 20))
        .hasMessageContaining("at least 1 sample an image and a subset of at least 1 image");
  }

  @Test
  void recipesRefuseWhatMakesNoSense() {
    assertThatThrownBy(() -> TINY.withLatent(0))
        .hasMessageContaining("A VAE's latent must be at least 1, got 0");
    assertThatThrownBy(() -> TINY.withSteps(10, 0))
        .hasMessageContaining("learning rate must be positive, got 0.0");
    assertThatThrownBy(() -> TINY.withCooled(0))
        .hasMessageContaining("A VAE's cooled rate must be in (0, 1], got 0.0");
    assertThatThrownBy(() -> VaeRecipes.of("mnits")).hasMessageContaining("Did you mean 'mnist'");
    assertThatThrownBy(() -> CATALOG.flow("planr")).hasMessageContaining("Did you mean 'planar'");
  }
}
