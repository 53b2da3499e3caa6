package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.density.DensityCheckpoint;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.DensityTrainer;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeptStepsTest {
  private static final double TOLERANCE = 1e-5;
  private static final KeptSteps KEPT = KeptSteps.of(TOLERANCE);

  /** Local errors below the tolerance add up over the steps, and the flow magnifies them. */
  private static final double GLOBAL = 30 * TOLERANCE;

  private static final DensitySettings SETTINGS =
      DensitySettings.defaults().withEpochs(3).withBatchSize(90).withLearningRate(1e-2);

  @TempDir Path folder;

  static List<SessionSettings> engines() {
    SessionSettings java = SessionSettings.of(4);
    SessionSettings torch = java.withBackend(Backend.TORCH);
    return List.of(java, torch, torch.withPrecision(Precision.FLOAT32));
  }

  private static Rows rows() {
    double[] values = new double[2 * 200];
    for (int i = 0; i < 200; i++) {
      values[2 * i] = 3 + Math.sin(1.3 * i) + 0.3 * Math.cos(7.1 * i);
      values[2 * i + 1] = values[2 * i] * values[2 * i] + Math.sin(3.7 * i);
    }
    return new Rows(values, 2);
  }

  /** A fit of a field that bends from the first step on, trained in a solver's steps. */
  private record Fit(ParamStore params, EstimatedFlow flow, DensityTrainer trainer) {
    static Fit of(Session session, Solver training) {
      ParamStore params = new ParamStore(session.seed());
      FieldNet net = FieldNet.of(FieldSettings.of(2, 16, 16), params.scope("field"));
      Continuous layer = new Continuous(net, AdaptiveSteps.of(1e-6));
      EstimatedChain chain =
          EstimatedChain.of(2).then(layer.trained(Divergence.exact(), Penalty.NONE, training));
      EstimatedFlow flow = chain.pullback(Constant.of(chain.exact(), params.scope("chain")));
      Fields.scatter(params, 1.2);
      return new Fit(params, flow, new DensityTrainer(session, params, flow, rows(), SETTINGS));
    }

    double[] values() {
      return params.snapshot().values();
    }
  }

  /** x' = speed·(−x₂, x₁) + 1: curved as fast as wanted. */
  private static final class Turning implements VectorField {
    private double speed;

    Turning(double speed) {
      this.speed = speed;
    }

    @Override
    public int dim() {
      return 2;
    }

    @Override
    public Tensor velocity(double t, Tensor x) {
      Tensor first = x.slice(-1, 1, 2).times(-speed);
      return Tensor.concat(List.of(first, x.slice(-1, 0, 1).times(speed)), -1).plus(1);
    }

    @Override
    public Flowline at(double t, Tensor x) {
      return new Flowline(velocity(t, x), x.sum(-1).times(0));
    }

    @Override
    public Tangents push(double t, Tensor x, Tensor directions) {
      throw new UnsupportedOperationException();
    }
  }

  private static EstimatedLayer trained(Dynamics dynamics, KeptSteps steps) {
    return new Continuous(dynamics, AdaptiveSteps.of(1e-10))
        .trained(Divergence.exact(), Penalty.NONE, steps);
  }

  private static void solve(Session session, EstimatedLayer layer) {
    session.compute(
        a ->
            layer.forward(
                Values.empty(), a.tensor(new double[] {1, 0}, Shape.of(1, 2)), Seed.of(1)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ButcherTableau.class,
      names = {"HEUN", "DORMAND_PRINCE", "TSITOURAS"})
  void solvesKeepTheirTolerance(ButcherTableau method) {
    ParamStore store = new ParamStore(Seed.of(1));
    FieldNet net = FieldNet.of(FieldSettings.of(2, 16, 16), store.scope("field"));
    Fields.scatter(store, 1.5);
    KeptSteps steps = new KeptSteps(new AdaptiveSteps(method, TOLERANCE, TOLERANCE, 256), 256);
    EstimatedLayer layer = trained(net, steps);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(Fields.normals("x", 40), Shape.of(20, 2));
            VectorField field = net.bind(Values.empty());
            Solution fine = AdaptiveSteps.of(1e-10).solve(field, 0, 1, x);
            Solution one = FixedSteps.of(method, 1).solve(field, 0, 1, x);
            assertThat(one.value().minus(fine.value()).abs().max().item()).isGreaterThan(GLOBAL);
            Estimated kept = layer.forward(Values.empty(), x, Seed.of(1));
            assertThat(kept.value().toDoubles())
                .containsExactly(fine.value().toDoubles(), within(GLOBAL));
            assertThat(kept.logDet().toDoubles())
                .containsExactly(fine.integral().toDoubles(), within(GLOBAL));
            return null;
          });
    }
  }

  /** As many as hold: no solve of one step less would have. */
  @Test
  void stepsGrowWithTheFieldAndShrinkAfterAWhile() {
    Turning field = new Turning(1);
    EstimatedLayer layer = trained(Dynamics.of(field), KEPT);
    try (Session session = Session.open(1)) {
      solve(session, layer);
      int slow = layer.pace().get(0);
      field.speed = 4;
      solve(session, layer);
      int quick = layer.pace().get(0);
      assertThat(quick).isGreaterThan(2 * slow);
      field.speed = 1;
      for (int run = 1; run < 20; run++) {
        solve(session, layer);
        assertThat(layer.pace()).containsExactly(quick, run);
      }
      solve(session, layer);
      assertThat(layer.pace().get(0)).isBetween(slow, slow + 1);
    }
  }

  /** The evaluations of runs that do not hold are those of the solve that does. */
  @Test
  void effortCountsRunsThatDoNotHold() {
    EstimatedLayer layer = trained(Dynamics.of(new Turning(3)), KEPT);
    try (Session session = Session.open(1)) {
      solve(session, layer);
      int steps = layer.pace().get(0);
      assertThat(steps).isGreaterThan(2);
      String all = layer.effort();
      solve(session, layer);
      String last = layer.effort();
      assertThat(last).startsWith((6 * steps + 1) + ".0 evaluations a solve");
      assertThat(Double.parseDouble(all.split(" ")[0])).isGreaterThan(6 * steps + 1 + 7);
    }
  }

  /**
   * The first batch of a bent field needs several steps: the parameters of one epoch are those of a
   * fit that took so many from the start, so no run that did not hold has moved them.
   */
  @ParameterizedTest
  @MethodSource("engines")
  void noParameterMovesBeforeASolveHolds(SessionSettings engine) {
    double[] moved;
    int steps;
    try (Session session = Session.open(engine)) {
      Fit fit = Fit.of(session, KEPT);
      fit.trainer().epoch();
      moved = fit.values();
      steps = fit.flow().pace().get(0);
      assertThat(steps).isGreaterThan(2);
    }
    try (Session session = Session.open(engine)) {
      Fit fit = Fit.of(session, FixedSteps.of(ButcherTableau.DORMAND_PRINCE, steps));
      fit.trainer().epoch();
      // A move is 0.01 in every number; sums of gradients differ in their order alone.
      double rounding = engine.precision() == Precision.FLOAT32 ? 1e-4 : 1e-12;
      assertThat(moved).containsExactly(fit.values(), within(rounding));
    }
  }

  /** One call of libtorch, its operations one by one, and Java's take as many steps, and agree. */
  @Test
  void scriptsAndOperationsAgree() {
    List<double[]> parameters = new ArrayList<>();
    List<List<Integer>> paces = new ArrayList<>();
    for (SessionSettings engine : engines()) {
      try (Session session = Session.open(engine)) {
        Fit fit = Fit.of(session, KEPT);
        fit.trainer().epoch();
        fit.trainer().epoch();
        parameters.add(fit.values());
        paces.add(fit.flow().pace());
      }
    }
    assertThat(paces).containsOnly(paces.get(0));
    assertThat(parameters.get(1)).containsExactly(parameters.get(0), within(1e-9));
    assertThat(parameters.get(2)).containsExactly(parameters.get(0), within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aResumedFitGoesOnInTheStepsOfItsCheckpoint(SessionSettings engine) {
    Path file = folder.resolve("fit.checkpoint");
    double[] through;
    List<Integer> pace;
    try (Session session = Session.open(engine)) {
      Fit fit = Fit.of(session, KEPT);
      fit.trainer().epoch();
      fit.trainer().checkpoint().write(file);
      fit.trainer().epoch();
      through = fit.values();
      pace = fit.flow().pace();
    }
    try (Session session = Session.open(engine)) {
      Fit fit = Fit.of(session, KEPT);
      DensityCheckpoint checkpoint = DensityCheckpoint.read(file);
      fit.trainer().resume(checkpoint);
      assertThat(fit.flow().pace()).isEqualTo(checkpoint.pace());
      assertThat(checkpoint.pace().get(0)).isGreaterThan(2);
      fit.trainer().epoch();
      assertThat(fit.values()).containsExactly(through);
      assertThat(fit.flow().pace()).isEqualTo(pace);
    }
  }

  @Test
  void aCheckpointOfAnotherSolverIsRefused() {
    try (Session session = Session.open(4)) {
      FixedSteps fixed = FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 2);
      DensityCheckpoint checkpoint = Fit.of(session, fixed).trainer().checkpoint();
      assertThat(checkpoint.pace()).isEmpty();
      assertThatThrownBy(() -> Fit.of(session, KEPT).trainer().resume(checkpoint))
          .isInstanceOf(PplException.class)
          .hasMessage(
              "The checkpoint has 0 numbers on the steps of a continuous layer, expected 2. Likely"
                  + " fix: go on with the solver that the fit was begun with.");
    }
  }

  /** Where too many equal steps would be needed, the fit is that of adaptive steps, to the bit. */
  @ParameterizedTest
  @MethodSource("engines")
  void aFieldTooStiffForEqualStepsIsSolvedInAdaptiveOnes(SessionSettings engine) {
    List<double[]> parameters = new ArrayList<>();
    for (Solver solver : List.of(new KeptSteps(KEPT.tolerance(), 2), KEPT.tolerance())) {
      try (Session session = Session.open(engine)) {
        Fit fit = Fit.of(session, solver);
        fit.trainer().epoch();
        parameters.add(fit.values());
      }
    }
    assertThat(parameters.get(0)).containsExactly(parameters.get(1));
  }

  @Test
  void whatIsNoNumberNeverHolds() {
    EstimatedLayer layer =
        trained(Dynamics.of(new Turning(Double.NaN)), new KeptSteps(KEPT.tolerance(), 4));
    try (Session session = Session.open(1)) {
      solve(session, layer);
      assertThat(layer.pace().get(0)).isGreaterThan(4);
      assertThat(layer.effort()).contains("underflowed");
    }
  }

  /** Scores are no training: they take adaptive steps, and leave the number of steps alone. */
  @Test
  void otherSolvesAreAdaptive() {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[] {1, 0}, Shape.of(1, 2));
            Solution kept = KEPT.solve(new Turning(3), 0, 1, x);
            Solution adaptive = KEPT.tolerance().solve(new Turning(3), 0, 1, x);
            assertThat(kept.value().toDoubles()).containsExactly(adaptive.value().toDoubles());
            assertThat(kept.report()).isEqualTo(adaptive.report());
            return null;
          });
    }
  }

  @Test
  void messagesSayWhatIsWrong() {
    assertThatThrownBy(() -> new KeptSteps(KEPT.tolerance(), 0))
        .isInstanceOf(LayerException.class)
        .hasMessage("KeptSteps: most must be at least 1, got 0.");
  }
}
