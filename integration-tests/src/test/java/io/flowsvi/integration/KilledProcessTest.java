package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.train.Checkpoint;
import io.flowsvi.ppl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes killed without warning: checkpoints stay whole and fits go on to the same bits. */
class KilledProcessTest {
  private static final int KILLS = 5;
  @TempDir private Path folder;

  private Process start(Path checkpoint, Path result) throws IOException {
    return FitProcess.command(KilledFit.class, List.of(), checkpoint.toString(), result.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  /** Reads as fast as it can while the other process writes: no read may see half a file. */
  private static void awaitStep(Process process, Path checkpoint, long step) {
    while (process.isAlive()) {
      if (Files.exists(checkpoint) && Checkpoint.read(checkpoint).step() >= step) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aFitKilledFiveTimesEndsInTheSameBits() throws Exception {
    killed(KILLS);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aFitKilledTwentyTimesEndsInTheSameBits() throws Exception {
    killed(20);
  }

  private void killed(int kills) throws Exception {
    Path checkpoint = folder.resolve("fit.ckpt");
    Path result = folder.resolve("result.bin");
    UniformRandomProvider random = Seed.of(5).fold("kills").generator();
    long step = 0;
    int killed = 0;
    for (int kill = 0; kill < kills; kill++) {
      step += 10 + random.nextInt((int) (0.6 * KilledFit.STEPS / kills));
      Process process = start(checkpoint, result);
      awaitStep(process, checkpoint, step);
      if (process.isAlive()) {
        process.destroyForcibly().waitFor();
        killed++;
      }
      assertThat(Checkpoint.read(checkpoint).step()).isGreaterThanOrEqualTo(step);
    }
    assertThat(killed).isEqualTo(kills);
    assertThat(result).doesNotExist();
    assertThat(start(checkpoint, result).waitFor())
        .as(Files.readString(folder.resolve("output.txt")))
        .isZero();
    assertThat(Files.readAllBytes(result))
        .isEqualTo(KilledFit.bits(KilledFit.run(folder.resolve("whole.ckpt"))));
  }
}
