package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {
  private static final Problems.Schools DATA = Problems.Schools.eight();
  private static final SviSettings SETTINGS =
      SviSettings.defaults()
          .withSteps(240)
          .withEvaluation(40, 100)
          .withConvergence(new Convergence(2, 100, 150));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void choose() {
    file = folder.resolve("fit.ckpt");
  }

  private record Run(ParamStore params, Svi<Problems.Schools> svi) {
    static Run of(Session session, SviSettings settings, int hidden) {
      ParamStore params = Problems.params(session);
      Model<Problems.Schools> model = Problems.eightSchools();
      Guide<Object> guide = Problems.iaf(ModelStructure.of(session, model, DATA), params, hidden);
      return new Run(params, new Svi<>(session, params, model, guide, new Elbo(4), settings));
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static SviListener killAt(long step) {
    return new SviListener() {
      @Override
      public void stepped(StepReport report) {
        if (report.step() == step) {
          throw new Killed();
        }
      }
    };
  }

  @Test
  void aFitKilledAnywhereGoesOnToTheSameBits() {
    Fit<Problems.Schools> whole;
    double[] last;
    double[] draws;
    try (Session session = Session.open(31)) {
      Run run = Run.of(session, SETTINGS, 16);
      whole = run.svi().run(DATA);
      last = run.svi().checkpoint().parameters().values();
      draws = whole.posterior().draws(Problems.TAU, 50).toArray();
    }
    // It converges, by its loose rule, and cools down: kills fall before, at and after that.
    assertThat(whole.status()).isEqualTo(Status.CONVERGED);
    UniformRandomProvider random = Seed.of(1).fold("kills").generator();
    long[] kills =
        LongStream.concat(
                LongStream.of(0, whole.steps() - 1),
                LongStream.generate(() -> random.nextLong(whole.steps())).limit(5))
            .toArray();
    for (long kill : kills) {
      Path own = folder.resolve("killed-" + kill + ".ckpt");
      try (Session session = Session.open(31)) {
        Svi<Problems.Schools> first = Run.of(session, SETTINGS, 16).svi().checkpointTo(own, 7);
        assertThatThrownBy(() -> first.run(DATA, killAt(kill))).isInstanceOf(Killed.class);
      }
      try (Session session = Session.open(31)) {
        Run second = Run.of(session, SETTINGS, 16);
        if (Files.exists(own)) {
          second.svi().restore(Checkpoint.read(own));
        }
        Fit<Problems.Schools> resumed = second.svi().run(DATA);
        assertThat(resumed.parameters().values()).isEqualTo(whole.parameters().values());
        assertThat(second.svi().checkpoint().parameters().values()).isEqualTo(last);
        assertThat(resumed.evaluations()).isEqualTo(whole.evaluations());
        assertThat(resumed.trace().points()).isEqualTo(whole.trace().points());
        assertThat(resumed.steps()).isEqualTo(whole.steps());
        assertThat(resumed.posterior().draws(Problems.TAU, 50).toArray()).isEqualTo(draws);
      }
    }
  }

  static Stream<SessionSettings> precisions() {
    SessionSettings plain = SessionSettings.of(8);
    return Stream.of(plain, plain.withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32));
  }

  /**
   * Not a number above 5.5, and a rate of 8 that overshoots again after every recovery: what a
   * rolled-back step takes back must be in the checkpoint, too.
   */
  @ParameterizedTest
  @MethodSource("precisions")
  void aFitKilledJustBeforeARolledBackStepGoesOnToTheSameBits(SessionSettings settings) {
    List<Long> rolledBack = new ArrayList<>();
    double[] whole;
    try (Session session = Session.open(settings)) {
      ParamStore params = Problems.params(session);
      cliff(session, params)
          .run(
              DATA,
              new SviListener() {
                @Override
                public void stepped(StepReport report) {
                  if (report.retries() > 0) {
                    rolledBack.add(report.step());
                  }
                }
              });
      whole = params.snapshot().values();
    }
    assertThat(rolledBack).hasSizeGreaterThan(1);
    for (long step : rolledBack) {
      Path own = folder.resolve("before-" + step + ".ckpt");
      try (Session session = Session.open(settings)) {
        Svi<Problems.Schools> first = cliff(session, Problems.params(session)).checkpointTo(own, 1);
        // The listener throws before that step's checkpoint: the last one is of the step before.
        assertThatThrownBy(() -> first.run(DATA, killAt(step))).isInstanceOf(Killed.class);
      }
      assertThat(Checkpoint.read(own).step()).isEqualTo(step);
      try (Session session = Session.open(settings)) {
        ParamStore params = Problems.params(session);
        cliff(session, params).restore(Checkpoint.read(own)).run(DATA);
        assertThat(params.snapshot().values()).isEqualTo(whole);
      }
    }
  }

  private static Svi<Problems.Schools> cliff(Session session, ParamStore params) {
    Model<Problems.Schools> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(4, 1));
          Tensor fallen = mu.greaterThan(5.5).select(Tensor.number(Double.NaN), Tensor.number(0));
          ctx.factor(new Factor("cliff"), fallen);
        };
    BijectiveChain narrow = Chain.of(1).then(new ShiftScale(1, 0.05));
    Guide<Object> guide = Problems.flow(ModelStructure.of(session, model, DATA), params, narrow);
    params.params().stream()
        .filter(p -> p.path().endsWith("logScale"))
        .forEach(p -> params.freeze(p.path()));
    return new Svi<>(
        session,
        params,
        model,
        guide,
        new Elbo(4),
        SviSettings.defaults()
            .withSteps(500)
            .withLearningRate(8)
            .withSchedule(Schedule.constant())
            .withEvaluation(100, 50));
  }

  @Test
  void filesAreTheSameBytesAfterAReadAndAWrite() throws IOException {
    byte[] bytes = written();
    Path copy = folder.resolve("copy.ckpt");
    Checkpoint.read(file).write(copy);
    assertThat(Files.readAllBytes(copy)).isEqualTo(bytes);
  }

  private byte[] written() throws IOException {
    try (Session session = Session.open(31)) {
      Run run = Run.of(session, SETTINGS.withSteps(50), 16);
      run.svi().checkpointTo(file, 20).run(DATA);
    }
    return Files.readAllBytes(file);
  }

  @Test
  void noTemporaryFileIsLeft() throws IOException {
    written();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void holdsTheBestParameters() throws IOException {
    written();
    Checkpoint checkpoint = Checkpoint.read(file);
    assertThat(checkpoint.step()).isEqualTo(50);
    assertThat(checkpoint.seed()).isEqualTo(31);
    assertThat(checkpoint.bestParameters().shapes()).isEqualTo(checkpoint.parameters().shapes());
    assertThat(checkpoint.parameters().shapes().keySet())
        .anyMatch(p -> p.startsWith("guide/made0"));
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] bytes = written();
    for (int length : new int[] {0, 4, 9, 15, 16, 100, bytes.length - 33, bytes.length - 1}) {
      Path cut = folder.resolve("cut.ckpt");
      Files.write(cut, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> Checkpoint.read(cut))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("cut.ckpt")
          .hasMessageMatching(
              length < 8
                  ? ".*is not a flowsvi checkpoint.*"
                  : ".*is truncated: it has \\d+ bytes, expected .*");
    }
  }

  @Test
  void everyFlippedBitOfASampleIsNoticed() throws IOException {
    byte[] bytes = written();
    UniformRandomProvider random = Seed.of(2).generator();
    for (int i = 0; i < 50; i++) {
      byte[] bad = bytes.clone();
      int at = 16 + random.nextInt(bytes.length - 16);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Path damaged = folder.resolve("damaged.ckpt");
      Files.write(damaged, bad);
      assertThatThrownBy(() -> Checkpoint.read(damaged)).hasMessageContaining("is damaged");
    }
    Path longer = folder.resolve("longer.ckpt");
    Files.write(longer, Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> Checkpoint.read(longer)).hasMessageContaining("is damaged");
  }

  @Test
  void noneOfFiveHundredDamagedFilesIsRead() throws IOException {
    byte[] bytes = written();
    UniformRandomProvider random = Seed.of(3).generator();
    Path damaged = folder.resolve("damaged.ckpt");
    for (int i = 0; i < 500; i++) {
      Files.write(damaged, Damage.of(bytes, random));
      assertThatThrownBy(() -> Checkpoint.read(damaged))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("damaged.ckpt");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void aForeignPayloadUnderARightDigestIsNamed() throws IOException {
    byte[] nonsense = CheckpointFormat.FILE.seal(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 65, 9});
    Files.write(file, nonsense);
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("makes no sense inside")
        .hasMessageContaining("use the library version that wrote it");
  }

  @Test
  void otherVersionsAreNamed() throws IOException {
    byte[] bytes = written();
    bytes[11] = 9;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Checkpoint.read(file))
        .hasMessageContaining("has format version 9; this library reads version 4");
  }

  @Test
  void foreignFilesAreNeitherReadNorReplaced() throws IOException {
    Files.writeString(file, "my thesis, the only copy");
    assertThatThrownBy(() -> Checkpoint.read(file))
        .hasMessageContaining("is not a flowsvi checkpoint");
    try (Session session = Session.open(31)) {
      Svi<Problems.Schools> svi = Run.of(session, SETTINGS, 16).svi();
      assertThatThrownBy(() -> svi.checkpointTo(file, 10))
          .hasMessageContaining("exists and is not a flowsvi checkpoint; it was left as it is")
          .hasMessageContaining("choose another name");
      assertThatThrownBy(() -> svi.checkpoint().write(file)).hasMessageContaining("left as it is");
    }
    assertThat(Files.readString(file)).isEqualTo("my thesis, the only copy");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Checkpoint.read(file))
        .hasMessage("There is no checkpoint at " + file + ".");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    // A file where a folder should be: no permission bits, which root ignores, are needed.
    Files.writeString(folder.resolve("plain"), "x");
    Path impossible = folder.resolve("plain").resolve("fit.ckpt");
    try (Session session = Session.open(31)) {
      Svi<Problems.Schools> svi = Run.of(session, SETTINGS, 16).svi();
      assertThatThrownBy(() -> svi.checkpoint().write(impossible))
          .hasMessageContaining("Cannot write " + impossible)
          .hasMessageContaining("Likely fix: choose a folder");
    }
  }

  @Test
  void anotherSeedSettingOrGuideIsRefused() throws IOException {
    written();
    Checkpoint checkpoint = Checkpoint.read(file);
    try (Session session = Session.open(32)) {
      assertThatThrownBy(
              () -> Run.of(session, SETTINGS.withSteps(50), 16).svi().restore(checkpoint))
          .hasMessageContaining("made with seed 31, this session has seed 32");
    }
    try (Session session = Session.open(31)) {
      assertThatThrownBy(
              () ->
                  Run.of(session, SETTINGS.withSteps(50).withLearningRate(0.5), 16)
                      .svi()
                      .restore(checkpoint))
          .hasMessageContaining("made with other settings: learning rate 0.01")
          .hasMessageContaining("this fit has learning rate 0.5");
      assertThatThrownBy(
              () -> Run.of(session, SETTINGS.withSteps(50), 12).svi().restore(checkpoint))
          .hasMessageContaining("The saved parameters do not fit")
          .hasMessageContaining("guide/made0");
    }
  }
}
