package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Snapshot;
import java.nio.file.Path;

/**
 * A fit at one step, from which it goes on to the very same bits.
 *
 * <p>Holds parameters by path, the optimizer's moments, step, seed, the best parameters so far, the
 * evaluations and the state of recovery. Files are versioned, carry a SHA-256 digest and are
 * written to a temporary file that replaces the old one at once: a crash leaves the old one or the
 * new one, never half of one.
 */
public final class Checkpoint {
  private final long seed;
  private final String fingerprint;
  private final Snapshot parameters;
  private final FitState state;

  Checkpoint(long seed, String fingerprint, Snapshot parameters, FitState state) {
    this.seed = seed;
    this.fingerprint = fingerprint;
    this.parameters = parameters;
    this.state = state;
  }

  /**
   * Reads a file. Throws {@link PplException} saying which file and why, if it is missing, foreign,
   * of another version, truncated or damaged.
   */
  public static Checkpoint read(Path file) {
    return CheckpointFormat.FILE.read(file, CheckpointFormat::decode);
  }

  /**
   * Writes a file at once. Throws {@link PplException} if it cannot, or if the file there is no
   * checkpoint, which is then left as it is.
   */
  public void write(Path file) {
    CheckpointFormat.FILE.write(file, CheckpointFormat.encode(this));
  }

  /** How many steps had been made. */
  public long step() {
    return state.step;
  }

  /** The seed of the session. */
  public long seed() {
    return seed;
  }

  /** The parameters of the last step. */
  public Snapshot parameters() {
    return parameters;
  }

  /** The parameters with the best evaluation so far; those of the last step before any. */
  public Snapshot bestParameters() {
    return state.bestStep < 0 ? parameters : new Snapshot(parameters.shapes(), state.best);
  }

  String fingerprint() {
    return fingerprint;
  }

  FitState state() {
    return state;
  }
}
