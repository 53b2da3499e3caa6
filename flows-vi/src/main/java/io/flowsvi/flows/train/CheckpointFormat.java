package io.flowsvi.flows.train;

import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.ppl.tensor.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** The bytes of a checkpoint, inside a {@link SealedFile}. */
final class CheckpointFormat {
  // "flowsvi" and a byte that no text has.
  static final SealedFile FILE = new SealedFile(0x666c6f7773766989L, 4, "checkpoint");

  private CheckpointFormat() {}

  static byte[] encode(Checkpoint checkpoint) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(checkpoint.seed());
      out.writeUTF(checkpoint.fingerprint());
      Fields.write(out, checkpoint.parameters());
      writeState(out, checkpoint.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Checkpoint decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    long seed = in.readLong();
    String fingerprint = in.readUTF();
    Snapshot parameters = Fields.snapshot(in);
    return new Checkpoint(seed, fingerprint, parameters, readState(in));
  }

  private static void writeState(DataOutputStream out, FitState state) throws IOException {
    out.writeLong(state.step);
    writeMoments(out, state.moments);
    out.writeDouble(state.rateFactor);
    out.writeLong(state.finiteSteps);
    out.writeLong(state.coolFrom);
    out.writeBoolean(state.converged);
    out.writeInt(state.evaluations.size());
    for (Evaluation e : state.evaluations) {
      out.writeLong(e.step());
      out.writeDouble(e.elbo());
      out.writeDouble(e.standardError());
    }
    out.writeDouble(state.bestElbo);
    out.writeLong(state.bestStep);
    Fields.write(out, state.best);
    Fields.write(out, state.trace.points());
    out.writeLong(state.trace.stride());
    out.writeDouble(state.trace.pending());
    out.writeLong(state.trace.pendingCount());
    Fields.write(out, state.average);
    out.writeLong(state.averaged);
    out.writeBoolean(state.moved);
    out.writeDouble(state.lastRate);
  }

  private static FitState readState(DataInputStream in) throws IOException {
    long step = in.readLong();
    Moments moments = readMoments(in);
    FitState state = new FitState(moments.first().length);
    state.step = step;
    state.moments = moments;
    state.rateFactor = in.readDouble();
    state.finiteSteps = in.readLong();
    state.coolFrom = in.readLong();
    state.converged = in.readBoolean();
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      state.evaluations.add(new Evaluation(in.readLong(), in.readDouble(), in.readDouble()));
    }
    state.bestElbo = in.readDouble();
    state.bestStep = in.readLong();
    state.best = Fields.array(in);
    double[] points = Fields.array(in);
    int size = points.length;
    state.trace =
        new LossTrace(
            Arrays.copyOf(points, Math.max(64, size)),
            size,
            in.readLong(),
            in.readDouble(),
            in.readLong());
    state.average = Fields.array(in);
    state.averaged = in.readLong();
    state.moved = in.readBoolean();
    state.lastRate = in.readDouble();
    return state;
  }

  private static void writeMoments(DataOutputStream out, Moments moments) throws IOException {
    Fields.write(out, moments.first());
    Fields.write(out, moments.second());
    out.writeLong(moments.updates());
  }

  private static Moments readMoments(DataInputStream in) throws IOException {
    double[] first = Fields.array(in);
    double[] second = Fields.array(in);
    return new Moments(first, second, in.readLong());
  }
}
