package io.flowsvi.integration;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a masked autoregressive flow costs: five layers, each a MADE with two hidden ReLU layers of
 * H, order reversed between, batches of 1,000 rows, one thread: the setting of the peers' {@code
 * bench_density.py}, so that the tables can be laid side by side.
 *
 * <p>D = 43, H = 100, float32, one thread, milliseconds of processor time, best of blocks, beside
 * zuko 1.6.0 within the same minute on a machine under load: training 22 (zuko 29), densities 10 to
 * 15 (8), samples 19 (387), so about 20 times as many rows drawn a second.
 *
 * <p>{@code -Dflowsvi.maf.dims=8,43,63}, {@code -Dflowsvi.maf.hidden=100,512} and {@code
 * -Dflowsvi.maf.engines=TORCH,JAVA} choose. The table is printed and written to {@code
 * target/maf.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class MafBenchmark {
  private static final int LAYERS = 5;
  private static final int ROWS = 1000;
  private static final double RATE = 1e-3;

  private record Cost(double median, double best) {}

  @Test
  void table() throws IOException {
    StringBuilder table = new StringBuilder();
    String line = "%-6s %4s %5s %22s %22s %22s%n";
    table.append(
        String.format(line, "engine", "D", "H", "training ms", "density rows/s", "samples rows/s"));
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

  private static Flow maf(int dim, int hidden, ParamStore params) {
    BijectiveChain chain = Chain.of(dim);
    for (int k = 0; k < LAYERS; k++) {
      Made made = Made.of(params.scope("made" + k), MadeSettings.of(dim, hidden, hidden));
      chain =
          chain
              .then(new MaskedAffine(made, MaskedAffine.Scale.FREE).withSequentialInverse())
              .then(new Reverse(dim));
    }
    return chain.pullback(Constant.of(chain, params.scope("chain")));
  }

  private static String row(String line, Backend backend, int dim, int hidden) {
    SessionSettings settings = SessionSettings.of(1).withBackend(backend);
    if (backend == Backend.TORCH) {
      settings = settings.withPrecision(Precision.FLOAT32);
    }
    try (Session session = Session.open(settings)) {
      ParamStore params = new ParamStore(session.seed());
      Flow flow = maf(dim, hidden, params);
      double[] x = data(dim);
      Shape shape = Shape.of(ROWS, dim);
      double[] gradient = new double[params.size()];
      boolean[] trained = params.trainable();
      Moments moments = new Moments(params.size());
      Adam adam = Adam.standard();
      Cost training =
          cost(
              () -> {
                session.compute(
                    a ->
                        Tape.gradient(
                            params,
                            gradient,
                            () -> flow.logProb(a.tensor(x, shape)).mean().negate()));
                adam.update(moments, params.values(), gradient, trained, RATE);
              });
      Cost density = cost(() -> session.compute(a -> flow.logProb(a.tensor(x, shape)).toDoubles()));
      Cost sampling =
          cost(() -> session.compute(a -> flow.sample(Seed.of(7), Shape.of(ROWS)).toDoubles()));
      return String.format(
          line,
          backend,
          dim,
          hidden,
          String.format(Locale.ROOT, "%.1f (%.1f)", training.median(), training.best()),
          String.format(Locale.ROOT, "%.0f (%.0f)", 1e6 / density.median(), 1e6 / density.best()),
          String.format(
              Locale.ROOT, "%.0f (%.0f)", 1e6 / sampling.median(), 1e6 / sampling.best()));
    }
  }

  private static double[] data(int dim) {
    UniformRandomProvider random = Seed.of(3).generator();
    return DoubleStream.generate(() -> 2 * random.nextDouble() - 1).limit(ROWS * dim).toArray();
  }

  /** Milliseconds, median and best of blocks after a warm-up. */
  private static Cost cost(Runnable step) {
    double budget = Double.parseDouble(System.getProperty("flowsvi.maf.seconds", "2"));
    long start = System.nanoTime();
    int warm = 0;
    while (System.nanoTime() - start < budget * 0.4e9 || warm < 2) {
      step.run();
      warm++;
    }
    double each = (System.nanoTime() - start) / 1e9 / warm;
    int steps = Math.max(1, (int) (budget / 11 / each));
    int blocks = Math.max(3, Math.min(11, (int) (budget / (steps * each))));
    double[] millis = new double[blocks];
    for (int b = 0; b < blocks; b++) {
      long from = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        step.run();
      }
      millis[b] = (System.nanoTime() - from) / 1e6 / steps;
    }
    Arrays.sort(millis);
    return new Cost(millis[blocks / 2], millis[0]);
  }
}
