package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.image.Images;
import io.flowsvi.models.vae.VaeParts;
import io.flowsvi.models.vae.part.LatentPrior;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.models.vae.part.Posteriors;
import io.flowsvi.models.vae.part.VaeNets;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a training step of a VAE costs: 784-300-300-40-300-300-784 with rectified units, batch 100,
 * one draw an image, float32 in libtorch, one thread; with each flow the peers were measured with.
 *
 * <p>The table is printed and written to {@code target/vae-step.md}; nothing is asserted about
 * time. Only some: {@code -Dvae.flows=plain,iaf4}.
 */
@Tag("benchmark")
class VaeStepBenchmark {
  private static final int PIXELS = 784;
  private static final int BATCH = 100;
  private static final int LATENT = 40;
  private static final double SECONDS = Double.parseDouble(System.getProperty("vae.seconds", "4"));

  private static Map<String, FlowFamily> flows() {
    Map<String, FlowFamily> flows = new LinkedHashMap<>();
    flows.put("plain", Posteriors.gaussian(0));
    flows.put("planar4", Posteriors.planar(4));
    flows.put("planar16", Posteriors.planar(16));
    flows.put("iaf4", Posteriors.iaf(4, 320, MaskedAffine.Scale.SOFT));
    flows.put("hf10", Posteriors.gaussian(10));
    flows.put("tri4", Posteriors.triangular(4));
    flows.put("house4", Posteriors.reflected(4, 8));
    flows.put("orth4", Posteriors.orthogonal(4, 32));
    return flows;
  }

  /** Another batch in every step, as in a fit: what a new batch costs belongs to a step. */
  private static List<Images> batches() {
    return IntStream.range(0, 8).mapToObj(VaeStepBenchmark::images).toList();
  }

  private static Images images(int batch) {
    UniformRandomProvider random = Seed.of(3).fold(batch).generator();
    float[] pixels = new float[BATCH * PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextDouble() < 0.13 ? 1 : 0;
    }
    int[] ids = new int[BATCH];
    Arrays.setAll(ids, i -> i);
    return new Images(pixels, ids);
  }

  @Test
  void table() {
    String wanted = System.getProperty("vae.flows", "");
    ResultTable table =
        new ResultTable(
            Path.of("target", "vae-step.md"),
            "What a training step of a VAE costs",
            List.of(
                "`VaeStepBenchmark`: 784-300-300-40 and back, rectified units, batch 100, float32,"
                    + " one thread, ms a step over "
                    + SECONDS
                    + " s after 1.5 s"),
            "flow",
            "parameters",
            "best",
            "lower quartile",
            "median",
            "upper quartile",
            "calls from Java");
    List<Images> batches = batches();
    flows()
        .forEach(
            (name, flow) -> {
              if (wanted.isEmpty() || Arrays.asList(wanted.split(",")).contains(name)) {
                table.row(row(name, flow, batches));
              }
            });
  }

  private static String[] row(String name, FlowFamily flow, List<Images> batches) {
    SessionSettings settings =
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(settings)) {
      ParamStore params = new ParamStore(session.seed());
      VaeParts parts =
          VaeParts.build(
              params,
              new VaeParts.ImageShape(28, 28, 2),
              LATENT,
              VaeNets.encoders().get("relu"),
              flow,
              LatentPrior.all().get("standard"),
              VaeNets.decoders().get("relu"),
              PixelModel.BERNOULLI,
              BATCH);
      ModelStructure structure = ModelStructure.of(session, parts.vae().model(), batches.get(0));
      Svi<Images> svi =
          new Svi<>(
              session,
              params,
              structure,
              parts.vae().model(),
              parts.vae().guide(structure),
              new Elbo(1),
              SviSettings.defaults()
                  .withLearningRate(1e-3)
                  .withClipNorm(Double.POSITIVE_INFINITY)
                  .withConvergence(Convergence.never()));
      long warm = System.nanoTime() + (long) (1.5e9);
      int next = 0;
      while (System.nanoTime() < warm) {
        svi.step(batches.get(next++ % batches.size()));
      }
      long before = session.operations();
      List<Double> times = new ArrayList<>();
      long until = System.nanoTime() + (long) (SECONDS * 1e9);
      while (System.nanoTime() < until) {
        long start = System.nanoTime();
        svi.step(batches.get(next++ % batches.size()));
        times.add((System.nanoTime() - start) / 1e6);
      }
      long operations = (session.operations() - before) / times.size();
      double[] sorted = times.stream().mapToDouble(t -> t).sorted().toArray();
      return new String[] {
        name,
        String.valueOf(params.size()),
        ResultTable.text(sorted[0], 2),
        ResultTable.text(sorted[sorted.length / 4], 2),
        ResultTable.text(sorted[sorted.length / 2], 2),
        ResultTable.text(sorted[3 * sorted.length / 4], 2),
        String.valueOf(operations)
      };
    }
  }
}
