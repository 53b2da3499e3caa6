package io.flowsvi.integration;

import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.DensityTrainer;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.ode.AdaptiveSteps;
import io.flowsvi.flows.ode.Continuous;
import io.flowsvi.flows.ode.Divergence;
import io.flowsvi.flows.ode.FieldNet;
import io.flowsvi.flows.ode.FieldSettings;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.KeptSteps;
import io.flowsvi.flows.ode.Penalty;
import io.flowsvi.flows.ode.SolveLog;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.flows.optimize.Optimizer;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.models.data.Toys;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a training step of a continuous flow costs on two moons: 1,000 rows, tanh units, exact
 * trace, Adam at 1e-3, one thread, the first seconds of training, as the peers were measured.
 *
 * <p>{@code results/cnf-step.md} has what steps of a trainer take beside torchdiffeq.
 *
 * <p>{@code -Dseconds} says how long each case trains (6), {@code -Donly} which cases by a part of
 * name, backend and precision. The table is printed and written to {@code
 * target/continuous-cost.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class ContinuousBenchmark {
  private static final int BATCH = 1000;
  private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "6"));

  private static final String ONLY = System.getProperty("only", "");

  /** Not counted: classes load, the JIT compiles, libtorch starts. */
  private static final int WARM_UP = 12;

  /** Steps in an epoch of the trainers, which are timed together. */
  private static final int BLOCK = 25;

  private static final int BLOCKS = Integer.getInteger("blocks", 8);

  /** Of the one row kept aside: its evaluations are known, and taken out. */
  private static final FixedSteps VALIDATING = FixedSteps.of(ButcherTableau.RK4, 1);

  private record Case(String name, int[] hidden, Solver solver, SessionSettings session) {}

  @Test
  void table() throws IOException {
    SessionSettings java = SessionSettings.of(1);
    SessionSettings torch = java.withBackend(Backend.TORCH);
    SessionSettings narrow = torch.withPrecision(Precision.FLOAT32);
    int[] three = {64, 64, 64};
    int[] two = {64, 64};
    Solver dopri = AdaptiveSteps.of(1e-5);
    Solver tsit = new AdaptiveSteps(ButcherTableau.TSITOURAS, 1e-5, 1e-5, 256);
    Case[] cases = {
      new Case("64-64-64 dopri5 1e-5", three, dopri, narrow),
      new Case("64-64-64 tsit5 1e-5", three, tsit, narrow),
      new Case(
          "64-64-64 dopri5 3 steps",
          three,
          FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 3),
          narrow),
      new Case("64-64-64 rk4 10 steps", three, FixedSteps.of(ButcherTableau.RK4, 10), narrow),
      new Case("64-64 dopri5 1e-5", two, dopri, narrow),
      new Case("64-64-64 dopri5 1e-5", three, dopri, torch),
      new Case("64-64 dopri5 1e-5", two, dopri, torch),
      new Case("64-64-64 dopri5 1e-5", three, dopri, java),
      new Case("64-64 dopri5 1e-5", two, dopri, java),
    };
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-26s %-14s %9s %9s %9s %9s %7s %9s%n",
            "case", "engine", "ms median", "ms q25", "ms best", "cpu ms", "NFE", "NLL"));
    for (Case c : cases) {
      if (!(c.name() + c.session().backend() + c.session().precision()).contains(ONLY)) {
        continue;
      }
      table.append(row(c));
    }
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "continuous-cost.txt"), table);
    System.out.print(table);
  }

  /**
   * A {@link DensityTrainer}'s first steps, Adam, picking and recording included, as a user has
   * them: {@code -Dtoys} and {@code -Dsolvers} choose. The rows are written to {@code
   * target/cnf-TOY.csv}, for peers.
   */
  @Test
  void trainers() throws IOException {
    AdaptiveSteps tsit = new AdaptiveSteps(ButcherTableau.TSITOURAS, 1e-5, 1e-5, 256);
    Map<String, Solver> solvers = new LinkedHashMap<>();
    solvers.put("kept dopri5", KeptSteps.of(1e-5));
    solvers.put("kept tsit5", new KeptSteps(tsit, 16));
    solvers.put("adaptive dopri5", AdaptiveSteps.of(1e-5));
    StringBuilder table = new StringBuilder();
    for (String toy : System.getProperty("toys", "moons,eight-gaussians,pinwheel").split(",")) {
      for (String name : System.getProperty("solvers", "kept dopri5,adaptive dopri5").split(",")) {
        table.append(blocks(toy, name, solvers.get(name)));
      }
    }
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "continuous-steps.txt"), table);
    System.out.print(table);
  }

  private static String blocks(String toy, String name, Solver training) throws IOException {
    Rows rows = Toys.rows(Toys.all().get(toy), BLOCK * BATCH + 1, Seed.of(9000));
    write(toy, rows);
    StringBuilder text = new StringBuilder();
    SessionSettings narrow =
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(narrow)) {
      ParamStore params = new ParamStore(Seed.of(1));
      FieldNet net = FieldNet.of(FieldSettings.of(2, 64, 64, 64), params.scope("field"));
      Continuous layer = new Continuous(net, VALIDATING);
      EstimatedChain chain =
          EstimatedChain.of(2).then(layer.trained(Divergence.exact(), Penalty.NONE, training));
      EstimatedFlow flow = chain.pullback(Constant.of(chain.exact(), params.scope("chain")));
      DensityTrainer trainer = new DensityTrainer(session, params, flow, rows, settings());
      for (int block = 0; block < BLOCKS; block++) {
        layer.log().take();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        double loss = trainer.epoch().training();
        wall = System.nanoTime() - wall;
        cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        SolveLog.Counts counts = layer.log().take();
        double each =
            (double) (counts.evaluations() - VALIDATING.method().stages()) / (counts.solves() - 1);
        text.append(
            String.format(
                Locale.ROOT,
                "%-16s %-16s %4d..%-4d %7.1f ms %7.1f cpu ms %6.1f NFE %8.3f %s%n",
                toy,
                name,
                block * BLOCK,
                (block + 1) * BLOCK - 1,
                wall / 1e6 / BLOCK,
                cpu / 1e6 / BLOCK,
                each,
                loss,
                flow.pace()));
      }
    }
    return text.toString();
  }

  /** Adam at 1e-3, one row kept aside. */
  private static DensitySettings settings() {
    DensitySettings usual = DensitySettings.defaults();
    return new DensitySettings(
        BLOCKS,
        BATCH,
        1e-3,
        Schedule.constant(),
        0,
        usual.clipNorm(),
        1e-9,
        BLOCKS,
        0,
        usual.bounds());
  }

  private static void write(String toy, Rows rows) throws IOException {
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < rows.count(); i++) {
      csv.append(rows.values()[2 * i]).append(',').append(rows.values()[2 * i + 1]).append('\n');
    }
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "cnf-" + toy + ".csv"), csv);
  }

  private static String row(Case c) {
    Rows data = Toys.rows(Toys.all().get("moons"), 100_000, Seed.of(9000));
    double[] test = Toys.rows(Toys.all().get("moons"), 4_000, Seed.of(9100)).values();
    try (Session session = Session.open(c.session())) {
      ParamStore params = new ParamStore(Seed.of(1));
      FieldNet net = FieldNet.of(FieldSettings.of(2, c.hidden()), params.scope("field"));
      Continuous layer = new Continuous(net, c.solver());
      Flow flow =
          Chain.of(2)
              .then(layer)
              .pullback(Constant.of(Chain.of(2).then(layer), params.scope("chain")));
      Moments moments = new Moments(params.size());
      Optimizer adam = Adam.standard();
      double[] gradient = new double[params.size()];
      double[] millis = new double[10_000];
      int steps = 0;
      long cpu = 0;
      long until = Long.MAX_VALUE;
      while (steps < millis.length && System.nanoTime() < until) {
        if (steps == WARM_UP) {
          until = System.nanoTime() + (long) (SECONDS * 1e9);
          cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
          layer.log().take();
        }
        int from = steps * BATCH % data.count() * 2;
        double[] batch = Arrays.copyOfRange(data.values(), from, from + 2 * BATCH);
        long t0 = System.nanoTime();
        session.compute(
            a ->
                Tape.gradient(
                    params,
                    gradient,
                    () -> flow.logProb(a.tensor(batch, Shape.of(BATCH, 2))).mean().negate()));
        adam.update(moments, params.values(), gradient, params.trainable(), 1e-3);
        millis[steps++] = (System.nanoTime() - t0) / 1e6;
      }
      cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
      int measured = steps - WARM_UP;
      SolveLog.Counts counts = layer.log().take();
      double[] sorted = Arrays.copyOfRange(millis, WARM_UP, steps);
      Arrays.sort(sorted);
      double nll =
          session.compute(
              a -> -flow.logProb(a.tensor(test, Shape.of(4_000, 2))).mean().toDoubles()[0]);
      return String.format(
          Locale.ROOT,
          "%-26s %-14s %9.1f %9.1f %9.1f %9.1f %7.1f %9.3f%n",
          c.name(),
          c.session().backend() + " " + (c.session().precision() == Precision.FLOAT32 ? 32 : 64),
          sorted[measured / 2],
          sorted[measured / 4],
          sorted[0],
          cpu / 1e6 / measured,
          counts.mean(),
          nll);
    }
  }
}
