package io.flowsvi.flows.density;

import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.flows.train.Fields;
import io.flowsvi.ppl.tensor.Snapshot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A fit of a density after a whole epoch, from which it goes on to the very same bits.
 *
 * <p>Files are versioned, carry a SHA-256 digest and replace the old one at once.
 *
 * @param fingerprint seed, data and settings, which must agree
 * @param epochs those made
 * @param parameters of the last epoch
 * @param best parameters of the best epoch
 * @param moments of the optimizer
 * @param pace of the flow: how its layers' solvers step by now
 */
public record DensityCheckpoint(
    String fingerprint,
    List<EpochReport> epochs,
    Snapshot parameters,
    Snapshot best,
    Moments moments,
    List<Integer> pace) {
  /** Copies the lists. */
  public DensityCheckpoint {
    pace = List.copyOf(pace);
    epochs = List.copyOf(epochs);
  }

  /** Writes a file at once. */
  public void write(Path file) {
    DensityFormat.CHECKPOINT.write(
        file,
        out -> {
          out.writeUTF(fingerprint);
          DensityFormat.writeReports(out, epochs);
          Fields.write(out, parameters);
          Fields.write(out, best);
          Fields.write(out, moments.first());
          Fields.write(out, moments.second());
          out.writeLong(moments.updates());
          Fields.write(out, pace.stream().mapToDouble(n -> n).toArray());
        });
  }

  /** Reads a file. Throws a message with its name if it is missing, foreign, cut off or damaged. */
  public static DensityCheckpoint read(Path file) {
    return DensityFormat.CHECKPOINT.read(
        file,
        in ->
            new DensityCheckpoint(
                in.readUTF(),
                DensityFormat.readReports(in),
                Fields.snapshot(in),
                Fields.snapshot(in),
                new Moments(Fields.array(in), Fields.array(in), in.readLong()),
                Arrays.stream(Fields.array(in)).mapToObj(n -> (int) n).toList()));
  }
}
