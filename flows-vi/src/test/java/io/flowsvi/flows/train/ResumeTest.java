package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.EntropyGuide;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.objective.AnnealedElbo;
import io.flowsvi.flows.objective.DoublyReparameterizedIwae;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.EntropyElbo;
import io.flowsvi.flows.objective.FreeBitsElbo;
import io.flowsvi.flows.objective.Iwae;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.objective.Renyi;
import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.AdamW;
import io.flowsvi.flows.optimize.Adamax;
import io.flowsvi.flows.optimize.Averaging;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.flows.optimize.Signature;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every guide, objective and optimizer goes on from a checkpoint to the same bits. */
class ResumeTest {
  private static final Problems.Schools DATA = Problems.Schools.eight();
  private static final SviSettings SETTINGS =
      SviSettings.defaults().withSteps(13).withCoolingSteps(4).withEvaluation(5, 10);

  @TempDir private Path folder;

  record Row(
      String name, String family, Function<Guide<Object>, Objective> objective, SviSettings set) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String family : FlowCatalog.library().names()) {
      rows.add(new Row(family, family, g -> new Elbo(3), SETTINGS));
    }
    Map<String, Function<Guide<Object>, Objective>> objectives =
        Map.of(
            "path", g -> new PathGradientElbo((ScorableGuide<?>) g, 3),
            "entropy", g -> new EntropyElbo((EntropyGuide) g, 3),
            "iwae", g -> new Iwae(3, 2),
            "dreg", g -> new DoublyReparameterizedIwae((ScorableGuide<?>) g, 3),
            "renyi", g -> new Renyi(0.5, 3),
            "annealed", g -> new AnnealedElbo(3, 10, 0),
            "free bits", g -> new FreeBitsElbo(3, 0.5));
    objectives.forEach((name, o) -> rows.add(new Row(name, "mean-field", o, SETTINGS)));
    Map<String, SviSettings> settings =
        Map.of(
            "adamax", SETTINGS.withOptimizer(Adamax.standard()),
            "adamw", SETTINGS.withOptimizer(AdamW.standard()),
            "uniform averaging", SETTINGS.withAveraging(Averaging.uniform(3)),
            "exponential averaging", SETTINGS.withAveraging(Averaging.exponential(0.8)),
            "cosine", SETTINGS.withSchedule(Schedule.cosine(0.1).warmUp(4)),
            "step", SETTINGS.withSchedule(Schedule.step(4, 0.5)),
            "eager", SETTINGS.withExecution(Execution.EAGER));
    settings.forEach((name, set) -> rows.add(new Row(name, "full-rank", g -> new Elbo(3), set)));
    return rows.stream();
  }

  private static Svi<Problems.Schools> svi(Session session, Row row) {
    Model<Problems.Schools> model = Problems.eightSchools();
    ModelStructure structure = ModelStructure.of(session, model, DATA);
    ParamStore params = Problems.params(session);
    Guide<Object> guide =
        FlowCatalog.library().guide(row.family()).build(structure, params.scope("guide"));
    return new Svi<>(
        session, params, structure, model, guide, row.objective().apply(guide), row.set());
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void goesOnToTheSameBits(Row row) {
    double[] whole;
    double[] draws;
    try (Session session = Session.open(6)) {
      Fit<Problems.Schools> fit = svi(session, row).run(DATA);
      whole = fit.parameters().values();
      draws = fit.posterior().draws(Problems.ETA, 3).toArray();
    }
    Path file = folder.resolve("fit.ckpt");
    SviListener killer =
        new SviListener() {
          @Override
          public void stepped(StepReport report) {
            if (report.step() == 8) {
              throw new Killed();
            }
          }
        };
    try (Session session = Session.open(6)) {
      Svi<Problems.Schools> first = svi(session, row).checkpointTo(file, 3);
      assertThatThrownBy(() -> first.run(DATA, killer)).isInstanceOf(Killed.class);
    }
    assertThat(Checkpoint.read(file).step()).isEqualTo(6);
    try (Session session = Session.open(6)) {
      Fit<Problems.Schools> fit = svi(session, row).restore(Checkpoint.read(file)).run(DATA);
      assertThat(fit.parameters().values()).containsExactly(whole);
      assertThat(fit.posterior().draws(Problems.ETA, 3).toArray()).containsExactly(draws);
    }
  }

  @Test
  void aPauseGoesOnToTheSameBits() {
    Row row = new Row("", "mean-field", g -> new Elbo(3), SETTINGS);
    double[] whole;
    try (Session session = Session.open(6)) {
      whole = svi(session, row).run(DATA).parameters().values();
    }
    Path file = folder.resolve("paused.ckpt");
    for (long pause : new long[] {7, 9}) {
      try (Session session = Session.open(6)) {
        Svi<Problems.Schools> svi = svi(session, row).checkpointTo(file, 100).pausingAt(pause);
        if (pause > 7) {
          svi.restore(Checkpoint.read(file));
        }
        assertThat(svi.run(DATA).steps()).isEqualTo(pause);
      }
    }
    try (Session session = Session.open(6)) {
      Svi<Problems.Schools> rest = svi(session, row).restore(Checkpoint.read(file));
      assertThat(rest.run(DATA).parameters().values()).containsExactly(whole);
      assertThatThrownBy(() -> rest.pausingAt(-1))
          .hasMessageContaining("A pause at step -1: must not be negative");
    }
  }

  @Test
  void anotherScheduleOptimizerOrObjectiveIsRefused() {
    Row row = new Row("", "mean-field", g -> new Elbo(3), SETTINGS);
    Checkpoint checkpoint;
    try (Session session = Session.open(6)) {
      Svi<Problems.Schools> svi = svi(session, row);
      svi.step(DATA);
      checkpoint = svi.checkpoint();
    }
    List<Row> others =
        List.of(
            new Row("", "mean-field", g -> new Renyi(0.5, 3), SETTINGS),
            new Row(
                "",
                "mean-field",
                g -> new Elbo(3),
                SETTINGS.withOptimizer(new Adam(0.8, 0.999, 1e-8))),
            new Row("", "mean-field", g -> new Elbo(3), SETTINGS.withExecution(Execution.EAGER)),
            new Row(
                "",
                "mean-field",
                g -> new Elbo(3),
                SETTINGS.withSchedule(Schedule.constant().warmUp(49))));
    for (Row other : others) {
      try (Session session = Session.open(6)) {
        Svi<Problems.Schools> svi = svi(session, other);
        assertThatThrownBy(() -> svi.restore(checkpoint))
            .hasMessageContaining("The checkpoint was made with other settings");
      }
    }
  }

  @Test
  void partsWithoutATextOfTheirOwnDoNotStopAFitFromGoingOn() {
    assertThat(Signature.of((Schedule) (step, steps) -> 1)).isEqualTo("own");
    assertThat(Signature.of(new Elbo(3))).isEqualTo("Elbo[particles=3]");
    assertThat(Signature.of(Schedule.cosine(0.1).warmUp(4))).isEqualTo("cosine to 0.1, warm-up 4");
  }
}
