package io.flowsvi.models.cli;

import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The seconds that a fit trained, with those of earlier runs that its checkpoint goes on from: kept
 * in a file beside the checkpoint after every epoch.
 */
final class TrainingClock implements SviListener {
  private final Optional<Path> file;
  private final double before;
  private final long start = System.nanoTime();
  private double seconds;

  private TrainingClock(Optional<Path> file, double before) {
    this.file = file;
    this.before = before;
    this.seconds = before;
  }

  /** Starts now. */
  static TrainingClock beside(Optional<Path> checkpoint) {
    Optional<Path> file = checkpoint.map(c -> c.resolveSibling(c.getFileName() + ".seconds"));
    return new TrainingClock(file, file.filter(Files::exists).map(TrainingClock::read).orElse(0.0));
  }

  private static double read(Path file) {
    try {
      return Double.parseDouble(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      throw new PplException(
          file + " does not say how many seconds a fit has trained. Likely fix: delete it.", e);
    }
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    keep();
  }

  @Override
  public void ended(Status status) {
    keep();
  }

  private void keep() {
    seconds = before + (System.nanoTime() - start) / 1e9;
    if (file.isPresent()) {
      try {
        Files.writeString(file.get(), String.valueOf(seconds));
      } catch (IOException e) {
        throw new PplException("Cannot write " + file.get() + ": " + e.getMessage() + ".", e);
      }
    }
  }

  /** As of the last epoch. */
  double seconds() {
    return seconds;
  }
}
