package io.flowsvi.integration;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.DensityTrainer;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a masked autoregressive flow costs: five layers, each a MADE with two hidden ReLU layers of
 * H, order reversed between, batches of 1,000 rows, one thread: the setting of the peers' {@code
 * bench_density.py}, so that the tables can be laid side by side, as {@code results/maf.md} does.
 * Last the density of given rows under the same layers turned round, an IAF: the direction of
 * samples, of all rows in one arena.
 *
 * <p>Everything as a user has it: steps are those of a {@link DensityTrainer}, rows are scored and
 * drawn by its {@link DensityFit}. Times are the thread's own processor time: nothing runs beside
 * it but the JVM's compiler and collector.
 *
 * <p>{@code -Dflowsvi.maf.dims=8,43,63}, {@code -Dflowsvi.maf.hidden=100,512}, {@code
 * -Dflowsvi.maf.seconds=2} a number, and {@code -Dflowsvi.maf.engines=TORCH,JAVA} choose. The table
 * is printed and written to {@code target/maf.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class MafBenchmark {
  private static final int LAYERS = 5;
  private static final int ROWS = 1000;
  private static final int BATCHES = 4;
  private static final double RATE = 1e-3;

  private record Cost(double median, double best) {}

  @Test
  void table() throws IOException {
    StringBuilder table = new StringBuilder();
    String line = "%-6s %4s %5s %22s %22s %22s %22s%n";
    table.append(
        String.format(
            line,
            "engine",
            "D",
            "H",
            "training ms",
            "density rows/s",
            "samples rows/s",
            "IAF density rows/s"));
    for (String engine : System.getProperty("flowsvi.maf.engines", "TORCH,JAVA").split(",")) {
      for (int hidden : numbers("flowsvi.maf.hidden", "100,512")) {
        for (int dim : numbers("flowsvi.maf.dims", "8,43,63")) {
          table.append(row(line, Backend.valueOf(engine), dim, hidden));
        }
      }
    }
    Files.writeString(Path.of("target", "maf.txt"), table);
    System.out.print(table);
  }

  private static int[] numbers(String property, String standard) {
    return Arrays.stream(System.getProperty(property, standard).split(","))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static BijectiveChain chain(int dim, int hidden, ParamStore params) {
    BijectiveChain chain = Chain.of(dim);
    for (int k = 0; k < LAYERS; k++) {
      Made made = Made.of(params.scope("made" + k), MadeSettings.of(dim, hidden, hidden));
      chain =
          chain
              .then(new MaskedAffine(made, MaskedAffine.Scale.FREE).withSequentialInverse())
              .then(new Reverse(dim));
    }
    return chain;
  }

  private static String row(String line, Backend backend, int dim, int hidden) {
    SessionSettings settings = SessionSettings.of(1).withBackend(backend);
    if (backend == Backend.TORCH) {
      settings = settings.withPrecision(Precision.FLOAT32);
    }
    try (Session session = Session.open(settings)) {
      ParamStore params = new ParamStore(session.seed());
      BijectiveChain chain = chain(dim, hidden, params);
      Constant numbers = Constant.of(chain, params.scope("chain"));
      Flow maf = chain.pullback(numbers);
      Rows rows = new Rows(data(dim, ROWS * BATCHES + 1), dim);
      DensityTrainer trainer =
          new DensityTrainer(session, params, EstimatedFlow.of(maf), rows, training());
      Cost training = cost(trainer::epoch, BATCHES);
      DensityFit fit = trainer.fit();
      double[] x = data(dim, ROWS);
      Cost density = cost(() -> fit.logProb(x), 1);
      Cost sampling = cost(() -> fit.sample(ROWS, Seed.of(7)), 1);
      Flow iaf = chain.pushforward(numbers);
      Shape shape = Shape.of(ROWS, dim);
      Cost iafDensity =
          cost(() -> session.compute(a -> iaf.logProb(a.tensor(x, shape)).toDoubles()), 1);
      return String.format(
          line,
          backend,
          dim,
          hidden,
          String.format(Locale.ROOT, "%.1f (%.1f)", training.median(), training.best()),
          perSecond(density),
          perSecond(sampling),
          perSecond(iafDensity));
    }
  }

  private static String perSecond(Cost cost) {
    return String.format(Locale.ROOT, "%.0f (%.0f)", 1e6 / cost.median(), 1e6 / cost.best());
  }

  /** One row is held out: validation is no part of a step. */
  private static DensitySettings training() {
    DensitySettings d = DensitySettings.defaults();
    return new DensitySettings(
        Integer.MAX_VALUE,
        ROWS,
        RATE,
        d.schedule(),
        d.weightDecay(),
        d.clipNorm(),
        1e-9,
        Integer.MAX_VALUE,
        d.cell(),
        d.bounds());
  }

  private static double[] data(int dim, int rows) {
    UniformRandomProvider random = Seed.of(3).generator();
    return DoubleStream.generate(() -> 2 * random.nextDouble() - 1)
        .limit((long) rows * dim)
        .toArray();
  }

  /** Milliseconds, median and best of runs after a warm-up, each of so many equal parts. */
  private static Cost cost(Runnable run, int parts) {
    double budget = Double.parseDouble(System.getProperty("flowsvi.maf.seconds", "2"));
    long start = System.nanoTime();
    for (int warm = 0; warm < 3 || System.nanoTime() - start < budget * 0.5e9; warm++) {
      run.run();
    }
    List<Double> millis = new ArrayList<>();
    start = System.nanoTime();
    while (millis.size() < 3 || System.nanoTime() - start < budget * 1e9) {
      long from = processorTime();
      run.run();
      millis.add((processorTime() - from) / 1e6 / parts);
    }
    Collections.sort(millis);
    return new Cost(millis.get(millis.size() / 2), millis.get(0));
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
