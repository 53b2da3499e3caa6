package io.flowsvi.integration;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a 3×3 convolution of small images costs, value and gradients, in plain Java and in libtorch,
 * float64, one thread. Printed and written to {@code target/convolution.txt}.
 */
@Tag("benchmark")
class ConvolutionBenchmark {
  private static final int IMAGES = 100;
  private static final int BLOCKS = 7;
  private static final double BLOCK_SECONDS = 0.1;
  private static final int[][] SIZES = {
    {1, 32, 28}, {16, 16, 14}, {2, 32, 8}, {32, 32, 8}, {2, 32, 4}, {32, 32, 4}, {32, 16, 2}
  };

  @Test
  void table() throws IOException {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-28s %12s %12s %8s   (us for 100 images, value + both gradients)%n",
                "channels in, out, side",
                "java",
                "torch",
                "ratio"));
    for (int[] size : SIZES) {
      double java = micros(Backend.JAVA, size);
      double torch = micros(Backend.TORCH, size);
      text.append(
          String.format(
              Locale.ROOT,
              "%-28s %12.0f %12.0f %8.2f%n",
              Arrays.toString(size),
              java,
              torch,
              java / torch));
    }
    System.out.print(text);
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target/convolution.txt"), text);
  }

  private static double micros(Backend backend, int... size) {
    ParamStore store = new ParamStore(Seed.of(1));
    ParamScope scope = store.scope("c");
    Param x = scope.param("x", Shape.of(IMAGES, size[0], size[2], size[2]), Init.normal(1));
    Param k = scope.param("k", Shape.of(size[1], size[0], 3, 3), Init.normal(1));
    double[] gradient = new double[store.size()];
    SessionSettings settings = SessionSettings.of(1).withBackend(backend);
    try (Session session = Session.open(settings.withPrecision(Precision.FLOAT64))) {
      Runnable step =
          () ->
              session.compute(
                  a ->
                      Tape.gradient(
                          store,
                          gradient,
                          () -> x.value().convolve(k.value(), 1, 1).square().sum()));
      long warm = System.nanoTime();
      while (System.nanoTime() - warm < 5e8) {
        step.run();
      }
      double[] blocks = new double[BLOCKS];
      for (int b = 0; b < BLOCKS; b++) {
        long start = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - start < 1e9 * BLOCK_SECONDS) {
          step.run();
          count++;
        }
        blocks[b] = (System.nanoTime() - start) / 1e3 / count;
      }
      Arrays.sort(blocks);
      return blocks[BLOCKS / 2];
    }
  }
}
