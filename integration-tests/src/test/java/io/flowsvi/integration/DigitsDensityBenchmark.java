package io.flowsvi.integration;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.family.ImageFamilies;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.models.data.Digits;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Bits per dimension of the 8 by 8 digits (17 grey levels, uniform dequantisation) under small
 * Glows that differ in their channel mixing, beside a Gaussian: 1500 pictures to train and choose
 * the epoch, the last 297 to test; a uniform model needs 4.09 bits. Printed and written to {@code
 * target/digits.txt}; nothing is asserted about time.
 */
@Tag("benchmark")
class DigitsDensityBenchmark {
  private static final int EPOCHS = Integer.getInteger("flowsvi.epochs", 30);
  private static final int BATCH = 64;
  private static final int TRAINING = 1500;
  private static final int DRAWS = 100;

  /** Test pictures are spread over their cells so often. */
  private static final int SPREADS = 8;

  @Test
  void table() throws IOException {
    ImageShape image = new ImageShape(1, Digits.SIDE, Digits.SIDE);
    Map<String, Function<ParamScope, Flow>> flows = new LinkedHashMap<>();
    flows.put("gaussian", s -> PriorFamilies.all().get("gaussian").build(image.size(), s));
    ImageFamilies.all().forEach((name, family) -> flows.put(name, s -> family.build(image, s)));
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-14s %11s %11s %9s %10s %12s%n",
                "flow",
                "parameters",
                "validation",
                "test",
                "s / epoch",
                "100 draws, s"));
    Files.createDirectories(Path.of("target"));
    for (Map.Entry<String, Function<ParamScope, Flow>> flow : flows.entrySet()) {
      text.append(line(flow.getKey(), flow.getValue()));
      Files.writeString(Path.of("target/digits.txt"), text);
    }
    System.out.print(text);
  }

  private static String line(String name, Function<ParamScope, Flow> build) {
    Digits digits = Digits.bundled();
    Rows training = new Rows(digits.part(0, TRAINING).pixels(), Digits.PIXELS);
    double[] test = digits.part(TRAINING, digits.count()).pixels();
    DensitySettings settings =
        DensitySettings.defaults().withEpochs(EPOCHS).withBatchSize(BATCH).withCell(1);
    try (Session session = Session.open(1)) {
      ParamStore params = new ParamStore(session.seed().fold("params"));
      Flow flow = build.apply(params.scope("density"));
      long start = System.nanoTime();
      DensityFit fit =
          MaximumLikelihood.fit(session, params, flow, training, settings, report -> {});
      double perEpoch = (System.nanoTime() - start) / 1e9 / fit.epochs().size();
      double nats = 0;
      for (int i = 0; i < SPREADS; i++) {
        UniformRandomProvider random = session.seed().fold("test").fold(i).generator();
        double[] spread = test.clone();
        for (int k = 0; k < spread.length; k++) {
          spread[k] += random.nextDouble();
        }
        nats -= fit.meanLogProb(spread) / SPREADS;
      }
      fit.sample(DRAWS, session.seed().fold("warm-up"));
      long drawing = System.nanoTime();
      fit.sample(DRAWS, session.seed().fold("draws"));
      return String.format(
          Locale.ROOT,
          "%-14s %11d %11.4f %9.4f %10.2f %12.2f%n",
          name,
          params.size(),
          bits(fit.best().validation()),
          bits(nats),
          perEpoch,
          (System.nanoTime() - drawing) / 1e9);
    }
  }

  private static double bits(double nats) {
    return nats / Math.log(2) / Digits.PIXELS;
  }
}
