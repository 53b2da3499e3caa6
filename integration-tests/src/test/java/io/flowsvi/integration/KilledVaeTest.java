package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.train.Checkpoint;
import io.flowsvi.models.vae.TrainedVae;
import io.flowsvi.ppl.tensor.Backend;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** VAEs whose process is killed in the middle of an epoch: they go on to the same bits. */
class KilledVaeTest {
  private static final int PER_EPOCH = KilledVae.IMAGES / KilledVae.BATCH;
  private static final String NEVER = "-1";

  @TempDir private Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void compiledTrainingKilledInMidEpochEndsInTheSameBits() throws Exception {
    killed(Backend.JAVA);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void trainingInLibtorchKilledInMidEpochEndsInTheSameBits() throws Exception {
    killed(Backend.TORCH);
  }

  /** Checkpoints are written twice an epoch: what was done since then is done again. */
  private void killed(Backend backend) throws Exception {
    Path checkpoint = folder.resolve("killed.ckpt");
    Path result = folder.resolve("killed.zip");
    long[] deaths = {PER_EPOCH + 8, 2 * PER_EPOCH + 3};
    for (long death : deaths) {
      Process process =
          FitProcess.command(
                  KilledVae.class,
                  List.of("-Dai.djl.offline=true"),
                  backend.name(),
                  checkpoint.toString(),
                  result.toString(),
                  String.valueOf(death))
              .start();
      try (var printed = process.inputReader()) {
        assertThat(printed.readLine()).isEqualTo("at " + death);
      }
      process.destroyForcibly().waitFor();
      assertThat(Checkpoint.read(checkpoint).step())
          .isLessThanOrEqualTo(death)
          .isGreaterThan(death - PER_EPOCH / 2 - 1);
    }
    assertThat(result).doesNotExist();
    FitProcess.spawn(
        KilledVae.class,
        List.of("-Dai.djl.offline=true"),
        backend.name(),
        checkpoint.toString(),
        result.toString(),
        NEVER);
    TrainedVae whole = KilledVae.run(backend, folder.resolve("whole.ckpt"), -1);
    assertThat(TrainedVae.read(result).parameters().values())
        .containsExactly(whole.parameters().values());
  }
}
