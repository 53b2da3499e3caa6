package io.flowsvi.flows.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fits that are interrupted, saved and read again; tables in files and in bytes. */
class DensityTrainerTest {
  private static final DensitySettings SETTINGS =
      DensitySettings.defaults().withEpochs(4).withBatchSize(32);

  @TempDir Path folder;

  private static Rows rows(int n) {
    double[] values = new double[2 * n];
    for (int i = 0; i < n; i++) {
      values[2 * i] = 3 + Math.sin(1.3 * i) + 0.3 * Math.cos(7.1 * i);
      values[2 * i + 1] = values[2 * i] * values[2 * i] + Math.sin(3.7 * i);
    }
    return new Rows(values, 2);
  }

  private record Fit(ParamStore params, DensityTrainer trainer) {}

  private static Fit fit(Session session, RowSource rows, DensitySettings settings) {
    return fit(session, rows, settings, PriorFamilies.all().get("realnvp"));
  }

  private static Fit fit(
      Session session, RowSource rows, DensitySettings settings, PriorFamily family) {
    ParamStore params = new ParamStore(session.seed());
    Flow flow = family.build(2, params.scope("density"));
    return new Fit(
        params, new DensityTrainer(session, params, EstimatedFlow.of(flow), rows, settings));
  }

  /** A network so wide that it is cut into two blocks. */
  private static Flow wide(int dim, ParamScope scope) {
    Made made = Made.of(scope.child("made"), MadeSettings.of(dim, 256, 256));
    MaskedAffine layer = new MaskedAffine(made, MaskedAffine.Scale.SOFT);
    BijectiveChain chain = Chain.of(dim).then(layer.withSequentialInverse());
    return chain.pullback(Constant.of(chain, scope.child("chain")));
  }

  static List<SessionSettings> engines() {
    SessionSettings java = SessionSettings.of(4);
    return List.of(java, java.withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aResumedFitEndsAtTheBitsOfOneThatRanThrough(SessionSettings engine) {
    Path file = folder.resolve("fit.checkpoint");
    double[] through;
    try (Session session = Session.open(engine)) {
      Fit fit = fit(session, rows(200), SETTINGS);
      while (!fit.trainer().finished()) {
        fit.trainer().epoch();
      }
      fit.trainer().fit();
      through = fit.params().snapshot().values();
    }
    try (Session session = Session.open(engine)) {
      Fit fit = fit(session, rows(200), SETTINGS);
      fit.trainer().epoch();
      fit.trainer().epoch();
      fit.trainer().checkpoint().write(file);
    }
    try (Session session = Session.open(engine)) {
      Fit fit = fit(session, rows(200), SETTINGS);
      fit.trainer().resume(DensityCheckpoint.read(file));
      assertThat(fit.trainer().epochs()).hasSize(2);
      while (!fit.trainer().finished()) {
        fit.trainer().epoch();
      }
      assertThat(fit.trainer().fit().epochs()).hasSize(4);
      assertThat(fit.params().snapshot().values()).containsExactly(through);
    }
  }

  /** Steps as one call of libtorch, with decay of weights, are Java's to its precision. */
  @Test
  void epochsInSinglePrecisionAreThoseOfJava() {
    DensitySettings settings = SETTINGS.withWeightDecay(0.1);
    List<double[]> parameters = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (SessionSettings engine : engines()) {
      try (Session session = Session.open(engine)) {
        Fit fit = fit(session, rows(200), settings);
        fit.trainer().epoch();
        scores.add(fit.trainer().epoch().validation());
        parameters.add(fit.params().snapshot().values());
      }
    }
    assertThat(scores.get(1)).isCloseTo(scores.get(0), within(1e-4));
    assertThat(parameters.get(1)).containsExactly(parameters.get(0), within(1e-4));
  }

  /**
   * Whole chunks by one call, the rest by operations: the same scores, with parameters as they are.
   */
  @Test
  void longTablesAreScoredAsShortOnes() {
    double[] points = rows(2 * RowScores.CHUNK + 5).values();
    double[] few = Arrays.copyOfRange(points, 2 * RowScores.CHUNK, 4 * RowScores.CHUNK);
    try (Session session = Session.open(engines().get(1))) {
      Fit fit = fit(session, rows(200), SETTINGS, DensityTrainerTest::wide);
      fit.trainer().epoch();
      DensityFit done = fit.trainer().fit();
      for (int twice = 0; twice < 2; twice++) {
        double[] all = done.logProb(points);
        double[] alone = new double[RowScores.CHUNK];
        for (int i = 0; i < alone.length; i += 10) {
          double[] ten = done.logProb(Arrays.copyOfRange(few, 2 * i, 2 * i + 20));
          System.arraycopy(ten, 0, alone, i, 10);
        }
        double[] second = Arrays.copyOfRange(all, RowScores.CHUNK, 2 * RowScores.CHUNK);
        assertThat(second).containsExactly(alone, within(1e-4));
        Arrays.setAll(fit.params().values(), i -> 0.9 * fit.params().values()[i]);
      }
    }
  }

  /** Where a flow reads its noise in Java, steps run operation by operation, and reach as far. */
  @Test
  void stepsThatCannotBeRecordedRunAllTheSame() {
    try (Session session = Session.open(engines().get(1))) {
      ParamStore params = new ParamStore(session.seed());
      Flow flow = PriorFamilies.all().get("residual").build(2, params.scope("density"));
      EstimatedFlow reading =
          new EstimatedFlow() {
            @Override
            public Flow exact() {
              return flow;
            }

            @Override
            public Score score(Tensor value, Seed noise) {
              Tensor p = flow.logProb(value);
              double read = p.stopGradient().toDoubles()[0];
              return new Score(p, Tensor.number(0 * read));
            }
          };
      DensityTrainer trainer =
          new DensityTrainer(session, params, reading, rows(100), SETTINGS.withEpochs(2));
      double first = trainer.epoch().validation();
      assertThat(trainer.epoch().validation()).isLessThan(first);
    }
  }

  @Test
  void aCheckpointOfAnotherFitIsRefusedWithBoth() {
    try (Session session = Session.open(4)) {
      DensityCheckpoint of200 = fit(session, rows(200), SETTINGS).trainer().checkpoint();
      assertThatThrownBy(() -> fit(session, rows(201), SETTINGS).trainer().resume(of200))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("The checkpoint is of another fit. It was made with: ")
          .hasMessageContaining("200 rows of 2")
          .hasMessageContaining("201 rows of 2");
      DensitySettings other = SETTINGS.withSchedule(Schedule.constant());
      assertThatThrownBy(() -> fit(session, rows(200), other).trainer().resume(of200))
          .hasMessageContaining("of another fit");
    }
  }

  @Test
  void aSavedDensityScoresTheSameFromTheFileAlone() {
    Path file = folder.resolve("density.flow");
    double[] points = rows(7).values();
    double[] scores;
    try (Session session = Session.open(4)) {
      Fit fit = fit(session, rows(200), SETTINGS.withEpochs(2));
      fit.trainer().epoch();
      fit.trainer().epoch();
      DensityFit done = fit.trainer().fit();
      scores = done.logProb(points);
      SavedDensity.of("realnvp", List.of("a", "b"), done, fit.params()).write(file);
    }
    SavedDensity saved = SavedDensity.read(file);
    assertThat(saved.columns()).containsExactly("a", "b");
    try (Session session = Session.open(99)) {
      DensityFit opened = saved.open(session, PriorCatalog.library());
      assertThat(opened.logProb(points)).containsExactly(scores, within(1e-12));
      assertThat(opened.best().validation()).isNotNaN();
      assertThat(opened.sample(5, session.seed())).hasSize(10);
      assertThatThrownBy(() -> saved.open(session, PriorFamilies.all().get("maf")))
          .hasMessageStartingWith(
              "The saved density is of the family 'realnvp', but the family of this name has other"
                  + " parameters here: ")
          .hasMessageContaining("missing 'density/made0/w1'");
    }
  }

  @Test
  void filesThatAreNoneAreNamed() throws Exception {
    Path file = folder.resolve("density.flow");
    assertThatThrownBy(() -> SavedDensity.read(file))
        .hasMessage("There is no saved density at " + file + ".");
    Files.writeString(file, "x,y\n1,2\n");
    assertThatThrownBy(() -> SavedDensity.read(file))
        .hasMessage(file + " is not a flowsvi saved density. It was left as it is.");
    try (Session session = Session.open(4)) {
      Fit fit = fit(session, rows(60), SETTINGS.withEpochs(1));
      fit.trainer().epoch();
      SavedDensity saved =
          SavedDensity.of("realnvp", List.of("a", "b"), fit.trainer().fit(), fit.params());
      assertThatThrownBy(() -> saved.write(file))
          .hasMessageContaining("exists and is not a flowsvi saved density; it was left as it is");
      Path good = folder.resolve("good.flow");
      saved.write(good);
      byte[] bytes = Files.readAllBytes(good);
      Files.write(good, Arrays.copyOf(bytes, bytes.length / 2));
      assertThatThrownBy(() -> SavedDensity.read(good))
          .hasMessageContaining("is truncated: it has " + bytes.length / 2 + " bytes, expected");
      Files.write(good, Arrays.copyOf(bytes, 10));
      assertThatThrownBy(() -> SavedDensity.read(good))
          .hasMessageContaining("is truncated: it has 10 bytes, expected at least 16");
      byte[] damaged = bytes.clone();
      damaged[bytes.length / 2] ^= 1;
      Files.write(good, damaged);
      assertThatThrownBy(() -> SavedDensity.read(good)).hasMessageContaining("is damaged");
      byte[] newer = bytes.clone();
      newer[11] = 9;
      Files.write(good, newer);
      assertThatThrownBy(() -> SavedDensity.read(good))
          .hasMessageContaining("has format version 9; this library reads version 2");
      assertThatThrownBy(
              () -> SavedDensity.of("realnvp", List.of("a"), fit.trainer().fit(), fit.params()))
          .hasMessage("1 names for 2 columns of a density: they must be as many.");
    }
  }

  @Test
  void aTableOnDiskGivesTheSameFitAsInMemory() {
    Rows memory = rows(150);
    MappedRows disk =
        MappedRows.write(
            folder.resolve("table.rows"),
            2,
            sink -> IntStream.range(0, 150).forEach(i -> sink.add(memory.pick(i))));
    assertThat(disk.count()).isEqualTo(150);
    assertThat(disk.pick(149, 3)).containsExactly(memory.pick(149, 3));
    assertThat(disk.digest()).isEqualTo(memory.digest());
    double[] scores = new double[2];
    for (int k = 0; k < 2; k++) {
      try (Session session = Session.open(4)) {
        scores[k] = fit(session, k == 0 ? memory : disk, SETTINGS).trainer().epoch().validation();
      }
    }
    assertThat(scores[1]).isEqualTo(scores[0]);
  }

  @Test
  void badTablesAreNamed() throws Exception {
    Path file = folder.resolve("table.rows");
    assertThatThrownBy(() -> MappedRows.open(file))
        .hasMessage("There is no table at " + file + ".");
    Files.writeString(file, "1,2,3,4,5,6,7,8,9,10\n");
    assertThatThrownBy(() -> MappedRows.open(file))
        .hasMessageContaining("is not a table of flowsvi");
    MappedRows.write(file, 2, sink -> sink.add(1, 2));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> MappedRows.open(file))
        .hasMessageContaining("has 31 bytes, expected 32 for 1 rows of 2 columns");
    assertThatThrownBy(() -> MappedRows.write(file, 2, sink -> sink.add(1, 2, 3)))
        .hasMessage("Row 1 has 3 numbers, expected 2.");
    assertThatThrownBy(() -> MappedRows.write(file, 2, sink -> sink.add(1, Double.NaN)))
        .hasMessageContaining("Row 1, column 2 is NaN");
    assertThatThrownBy(() -> new ByteRows(new byte[5], 2)).hasMessageContaining("no whole rows");
  }

  @Test
  void bytesAreUnsignedPixels() {
    ByteRows rows = new ByteRows(new byte[] {0, (byte) 255, 7, (byte) 128}, 2);
    assertThat(rows.pick(1, 0)).containsExactly(7, 128, 0, 255);
    // Uniform noise on cells of width 1 has mean 1/2 and variance 1/12.
    Standardizer cells = Standardizer.of(rows, 1.0, Optional.empty(), Seed.of(1), 0, 1);
    assertThat(cells.mean()[0]).isCloseTo(4, within(1e-12));
    assertThat(cells.sd()[0]).isCloseTo(Math.sqrt(3.5 * 3.5 + 1.0 / 12), within(1e-12));
  }
}
