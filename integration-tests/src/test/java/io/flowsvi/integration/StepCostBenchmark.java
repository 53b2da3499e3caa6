package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Householder;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.layer.Sylvester;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Execution;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What one step of a fit costs: eight schools and a logistic regression of 1,000 rows and 20
 * predictors, six guides, 1, 10 and 100 particles, one thread, float64: compiled, and eagerly on
 * both backends; with the time of the first step, which records and compiles.
 *
 * <p>The guides have the sizes of the peers' (two masked layers of 3D + 1 hidden units, eight
 * planar layers, eight reflections), so that the table can be laid beside theirs. It is printed and
 * written to {@code target/step-cost.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class StepCostBenchmark {
  private static final int BLOCKS = 9;
  private static final double BLOCK_SECONDS = 0.06;
  private static final double WARM_UP_SECONDS = 0.5;
  private static final int[] PARTICLES = {1, 10, 100};

  /** How a step is executed. */
  private enum Way {
    COMPILED(Backend.JAVA, Execution.COMPILED),
    JAVA(Backend.JAVA, Execution.EAGER),
    TORCH(Backend.TORCH, Execution.EAGER);

    private final Backend backend;
    private final Execution execution;

    Way(Backend backend, Execution execution) {
      this.backend = backend;
      this.execution = execution;
    }
  }

  private record Rows(double[] x, double[] y) {}

  private static Rows rows(int n, int k) {
    UniformRandomProvider random = Seed.of(1).generator();
    double[] x = new double[n * k];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double eta = 0;
      for (int j = 0; j < k; j++) {
        x[i * k + j] = 2 * random.nextDouble() - 1;
        eta += x[i * k + j] * (j % 3 - 1);
      }
      y[i] = random.nextDouble() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    }
    return new Rows(x, y);
  }

  private static final Model<Rows> LOGISTIC =
      (ctx, d) -> {
        int n = d.y().length;
        int k = d.x().length / n;
        Tensor alpha = ctx.sample(new Latent("alpha"), Normal.of(0, 10));
        Tensor beta = ctx.sample(new Latent("beta"), Normal.of(0, 2.5).event(k));
        ctx.plate(
            Plate.of("row", n),
            () -> {
              Tensor logits = ctx.data(d.x(), Shape.of(n, k)).linear(beta).plus(alpha);
              ctx.observe(
                  new Observed("y"), Bernoulli.logits(logits), ctx.data(d.y(), Shape.of(n)));
            });
      };

  private static Map<String, FlowFamily> guides() {
    Map<String, FlowFamily> guides = new LinkedHashMap<>();
    guides.put("mean-field", (d, s) -> Chain.of(d).then(new ShiftScale(d, 0.1)));
    guides.put("full-rank", (d, s) -> Chain.of(d).then(new LowerTriangular(d, 0.1)));
    guides.put(
        "iaf(2)",
        (d, s) -> {
          Chain chain = Chain.of(d);
          for (int i = 0; i < 2; i++) {
            Made made = Made.of(s.child("made" + i), d, 3 * d + 1, 0, Activation.RELU);
            chain = chain.then(new MaskedAffine(made, MaskedAffine.Scale.FREE));
            chain = i == 0 ? chain.then(new Reverse(d)) : chain;
          }
          return chain;
        });
    guides.put(
        "planar(8)",
        (d, s) -> {
          Chain chain = Chain.of(d).then(new ShiftScale(d, 0.1));
          for (int i = 0; i < 8; i++) {
            chain = chain.then(new Planar(d));
          }
          return chain;
        });
    guides.put(
        "householder(8)",
        (d, s) ->
            Chain.of(d)
                .then(new ShiftScale(d, 0.1))
                .then(new Householder(d, 8))
                .then(new ShiftScale(d, 1)));
    guides.put(
        "sylvester(2)",
        (d, s) -> {
          int m = Math.min(d, 8);
          return Chain.of(d)
              .then(new ShiftScale(d, 0.1))
              .then(Sylvester.orthogonal(d, m))
              .then(Sylvester.orthogonal(d, m));
        });
    return guides;
  }

  @Test
  void table() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-10s %-16s %-8s %4s %12s %12s %10s %8s%n",
            "model", "guide", "way", "P", "us median", "us best", "first ms", "ops"));
    Rows rows = rows(1000, 20);
    for (Way way : Way.values()) {
      for (Map.Entry<String, FlowFamily> guide : guides().entrySet()) {
        for (int p : PARTICLES) {
          table.append(
              row("schools", new EightSchools(), EightSchools.Data.bundled(), guide, way, p));
        }
      }
      for (Map.Entry<String, FlowFamily> guide : guides().entrySet()) {
        for (int p : PARTICLES) {
          table.append(row("logistic", LOGISTIC, rows, guide, way, p));
        }
      }
    }
    System.out.print(table);
    Path file = Path.of("target", "step-cost.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
  }

  private static <D> String row(
      String name,
      Model<D> model,
      D data,
      Map.Entry<String, FlowFamily> family,
      Way way,
      int particles) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(way.backend))) {
      ModelStructure structure = ModelStructure.of(session, model, data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          GuideFamily.of(family.getValue()).build(structure, params.scope("guide"));
      Svi<D> svi =
          new Svi<>(
              session,
              params,
              structure,
              model,
              guide,
              new Elbo(particles),
              SviSettings.defaults().withLearningRate(1e-4).withExecution(way.execution));
      long cold = System.nanoTime();
      svi.step(data);
      double first = (System.nanoTime() - cold) / 1e6;
      long until = System.nanoTime() + (long) (WARM_UP_SECONDS * 1e9);
      int warm = 0;
      long start = System.nanoTime();
      while (System.nanoTime() < until) {
        svi.step(data);
        warm++;
      }
      int steps = Math.max(1, (int) (BLOCK_SECONDS / ((System.nanoTime() - start) / 1e9 / warm)));
      double[] micros = new double[BLOCKS];
      long before = session.operations();
      for (int b = 0; b < BLOCKS; b++) {
        long t0 = System.nanoTime();
        for (int i = 0; i < steps; i++) {
          svi.step(data);
        }
        micros[b] = (System.nanoTime() - t0) / 1e3 / steps;
      }
      long operations = (session.operations() - before) / ((long) BLOCKS * steps);
      Arrays.sort(micros);
      return String.format(
          Locale.ROOT,
          "%-10s %-16s %-8s %4d %12.1f %12.1f %10.1f %8d%n",
          name,
          family.getKey(),
          way,
          particles,
          micros[BLOCKS / 2],
          micros[0],
          first,
          operations);
    }
  }
}
