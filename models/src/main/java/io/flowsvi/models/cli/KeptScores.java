package io.flowsvi.models.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowsvi.models.vae.VaeRun;
import io.flowsvi.models.vae.score.TestPlan;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Scores of test images, kept in a file beside the checkpoint: thousands of samples an image take
 * longer than some fits, and a comparison that was stopped should take none of them twice.
 */
final class KeptScores {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Optional<Path> file;

  private KeptScores(Optional<Path> file) {
    this.file = file;
  }

  /** Kept beside this checkpoint, if there is one. */
  static KeptScores beside(Optional<Path> checkpoint) {
    return new KeptScores(checkpoint.map(c -> c.resolveSibling(c.getFileName() + ".scores")));
  }

  /**
   * What scores hold for.
   *
   * @param parameters their digest
   * @param seed that keys the draws
   * @param plan of the samples
   * @param images of the test set
   */
  private record Key(String parameters, long seed, TestPlan plan, int images) {}

  private record Entry(Key key, double seconds, VaeScores scores) {}

  /**
   * Scores, and the seconds they took when they were made.
   *
   * @param scores of the test images
   * @param seconds of scoring
   */
  record Scored(VaeScores scores, double seconds) {}

  /** The scores of a trained run by a plan: those kept if they are of the same numbers. */
  Scored of(VaeRun run, TestPlan plan) {
    if (file.isEmpty()) {
      return scored(run, plan);
    }
    int images = run.split().test().count();
    Key key = new Key(digest(run.params().snapshot().values()), run.seed(), plan, images);
    Optional<Entry> kept = file.filter(Files::exists).map(KeptScores::read);
    if (kept.isPresent() && kept.get().key().equals(key)) {
      return new Scored(kept.get().scores(), kept.get().seconds());
    }
    Scored scored = scored(run, plan);
    write(file.get(), new Entry(key, scored.seconds(), scored.scores()));
    return scored;
  }

  private static Scored scored(VaeRun run, TestPlan plan) {
    long start = System.nanoTime();
    VaeScores scores = run.test(plan);
    return new Scored(scores, (System.nanoTime() - start) / 1e9);
  }

  private static Entry read(Path file) {
    try {
      return MAPPER.readValue(Files.readString(file), Entry.class);
    } catch (JsonProcessingException e) {
      throw new PplException(
          file + " does not hold the scores of a test set. Likely fix: delete it.", e);
    } catch (IOException e) {
      throw new PplException("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private static void write(Path file, Entry entry) {
    try {
      Files.writeString(file, MAPPER.writeValueAsString(entry));
    } catch (IOException e) {
      throw new PplException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private static String digest(double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
