package io.flowsvi.flows.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import io.flowsvi.flows.Problems;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.MapGuide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Radial;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.inject.PplModule;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowsModuleTest {
  private static final Key<Set<SviListener>> LISTENERS = Key.get(new TypeLiteral<>() {});
  private static final Key<Map<String, ObjectiveFamily>> OBJECTIVES =
      Key.get(new TypeLiteral<>() {});

  /** Counts steps. */
  static final class Counter implements SviListener {
    private long steps;

    @Override
    public void stepped(StepReport report) {
      steps++;
    }
  }

  private static Injector injector(Module... more) {
    Module[] all = new Module[more.length + 1];
    all[0] = new FlowsModule();
    System.arraycopy(more, 0, all, 1, more.length);
    return Guice.createInjector(all);
  }

  @Test
  void defaultsAreTheLibrarys() {
    Injector injector = injector();
    assertThat(injector.getInstance(SviSettings.class).steps())
        .isEqualTo(SviSettings.defaults().steps());
    assertThat(injector.getInstance(LISTENERS)).isEmpty();
    assertThat(injector.getInstance(OBJECTIVES))
        .containsOnlyKeys(
            "standard", "elbo", "path-gradient", "iwae", "dreg", "renyi", "annealed", "entropy");
    assertThat(injector.getInstance(FlowCatalog.class).names())
        .containsAll(FlowCatalog.library().names());
  }

  @Test
  void priorsOfUsersStandBesideTheLibrarys() {
    PriorFamily mine = PriorFamilies.all().get("gaussian");
    PriorCatalog catalog =
        injector(binder -> FlowBinder.flowBinder(binder).prior("mine").toInstance(mine))
            .getInstance(PriorCatalog.class);
    assertThat(catalog.names()).containsAll(PriorCatalog.library().names()).contains("mine");
    assertThat(catalog.prior("mine")).isSameAs(mine);
    assertThatThrownBy(() -> catalog.prior("mina"))
        .hasMessageContaining("Unknown flow 'mina'")
        .hasMessageContaining("'mine'");
  }

  @Test
  void settingsReplaceTheDefault() {
    SviSettings mine = SviSettings.defaults().withSteps(77);
    Injector injector =
        injector(binder -> FlowBinder.flowBinder(binder).settings().toInstance(mine));
    assertThat(injector.getInstance(SviSettings.class)).isSameAs(mine);
  }

  @Test
  void aBoundFlowIsAGuideToo() {
    FlowFamily family =
        (dim, scope) -> Chain.of(dim).then(new ShiftScale(dim, 0.1)).then(new Radial(dim));
    Injector injector =
        injector(binder -> FlowBinder.flowBinder(binder).flow("my-radial").toInstance(family));
    FlowCatalog catalog = injector.getInstance(FlowCatalog.class);
    assertThat(catalog.flow("my-radial")).isSameAs(family);
    assertThat(catalog.names()).contains("my-radial", "iaf");
  }

  @Test
  void aNameBoundTwiceIsAnErrorAtTheUsersLine() {
    Module twice =
        binder ->
            FlowBinder.flowBinder(binder).flow("iaf").toInstance((dim, scope) -> Chain.of(dim));
    assertThatThrownBy(() -> injector(twice))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("iaf")
        .hasMessageContaining("FlowsModuleTest");
  }

  @Test
  void guidesObjectivesAndListenersOfUsersAreFound() {
    Counter counter = new Counter();
    Injector injector =
        injector(
            binder -> {
              FlowBinder mine = FlowBinder.flowBinder(binder);
              mine.listener().toInstance(counter);
              mine.objective("mine").toInstance((guide, particles) -> new Elbo(particles));
              mine.guide("own")
                  .toInstance((structure, scope) -> Problems.meanField(structure, scope.store()));
            });
    assertThat(injector.getInstance(LISTENERS)).containsExactly(counter);
    assertThat(injector.getInstance(OBJECTIVES)).containsKey("mine");
    assertThat(injector.getInstance(FlowCatalog.class).names()).contains("own");
  }

  @Test
  void aWholeFitComesOutOfTheInjector() {
    Injector injector =
        Guice.createInjector(
            new PplModule(SessionSettings.of(6)),
            new FlowsModule(),
            binder -> FlowBinder.flowBinder(binder).listener().to(Counter.class).asEagerSingleton(),
            binder ->
                FlowBinder.flowBinder(binder)
                    .settings()
                    .toInstance(SviSettings.defaults().withSteps(20)));
    try (Session session = injector.getInstance(Session.class)) {
      double[] y = {1, 2};
      Model<double[]> model = Problems.normalMean();
      ModelStructure structure = ModelStructure.of(session, model, y);
      ParamStore params = Problems.params(session);
      Guide<Object> guide =
          injector
              .getInstance(FlowCatalog.class)
              .guide("mean-field")
              .build(structure, params.scope("guide"));
      Fit<double[]> fit =
          new Svi<>(
                  session,
                  params,
                  structure,
                  model,
                  guide,
                  injector.getInstance(OBJECTIVES).get("standard").build(guide, 4),
                  injector.getInstance(SviSettings.class))
              .run(y, injector.getInstance(LISTENERS).toArray(SviListener[]::new));
      assertThat(fit.steps()).isEqualTo(20);
      assertThat(injector.getInstance(LISTENERS))
          .singleElement()
          .satisfies(l -> assertThat(((Counter) l).steps).isEqualTo(20));
    }
  }

  @Test
  void objectivesFitTheirGuide() {
    try (Session session = Session.open(6)) {
      Model<double[]> model = Problems.normalMean();
      ModelStructure structure = ModelStructure.of(session, model, new double[] {1, 2});
      ScorableGuide<Object> scores = Problems.meanField(structure, Problems.params(session));
      Guide<Object> draws = scores::propose;
      Map<String, ObjectiveFamily> all = injector().getInstance(OBJECTIVES);
      assertThat(all.get("standard").build(scores, 5)).isInstanceOf(PathGradientElbo.class);
      assertThat(all.get("standard").build(draws, 5)).isEqualTo(new Elbo(5));
      assertThat(all.get("elbo").build(scores, 5)).isEqualTo(new Elbo(5));
      assertThat(all.get("path-gradient").build(scores, 5).particles()).isEqualTo(5);
      assertThat(all.get("dreg").build(scores, 5).particles()).isEqualTo(5);
      assertThat(all.get("entropy").build(scores, 5).particles()).isEqualTo(5);
      assertThatThrownBy(() -> all.get("entropy").build(draws, 5))
          .hasMessageContaining("'entropy' needs a guide whose entropy is known");
      assertThat(
              all.get("standard")
                  .build(new MapGuide(structure, Problems.params(session).scope("map")), 5))
          .isEqualTo(new Elbo(1));
      assertThatThrownBy(() -> all.get("dreg").build(draws, 5))
          .hasMessageContaining("doubly reparameterised bound needs a guide that scores");
      assertThatThrownBy(() -> all.get("path-gradient").build(draws, 5))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("needs a guide that scores values");
    }
  }
}
