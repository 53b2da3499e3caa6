package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of a checkpoint: magic number, version, payload length, payload, SHA-256 of the
 * payload. Numbers are big-endian, as DataOutput writes them.
 */
final class CheckpointFormat {
  // "flowsvi" and a byte that no text has: a text conversion is noticed, too.
  static final long MAGIC = 0x666c6f7773766989L;
  static final int VERSION = 3;
  private static final int HEADER = 16;
  private static final int DIGEST = 32;

  private CheckpointFormat() {}

  static byte[] encode(Checkpoint checkpoint) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(checkpoint.seed());
      out.writeUTF(checkpoint.fingerprint());
      writeSnapshot(out, checkpoint.parameters());
      writeState(out, checkpoint.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] payload = bytes.toByteArray();
    return ByteBuffer.allocate(HEADER + payload.length + DIGEST)
        .putLong(MAGIC)
        .putInt(VERSION)
        .putInt(payload.length)
        .put(payload)
        .put(digest(payload))
        .array();
  }

  static Checkpoint decode(Path file, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < 8 || buffer.getLong() != MAGIC) {
      throw new PplException(file + " is not a flowsvi checkpoint. It was left as it is.");
    }
    if (bytes.length < HEADER) {
      throw truncated(file, bytes.length, "at least " + HEADER);
    }
    int version = buffer.getInt();
    if (version != VERSION) {
      throw new PplException(
          "Checkpoint "
              + file
              + " has format version "
              + version
              + "; this library reads version "
              + VERSION
              + ". Likely fix: use the library version that wrote it.");
    }
    int length = buffer.getInt();
    long expected = (long) HEADER + length + DIGEST;
    if (length < 0 || bytes.length < expected) {
      throw truncated(file, bytes.length, String.valueOf(expected));
    }
    byte[] payload = Arrays.copyOfRange(bytes, HEADER, HEADER + length);
    byte[] stored = Arrays.copyOfRange(bytes, HEADER + length, HEADER + length + DIGEST);
    if (bytes.length > expected || !Arrays.equals(stored, digest(payload))) {
      throw new PplException(
          "Checkpoint "
              + file
              + " is damaged: its content does not match its digest. Likely fix: use an earlier"
              + " copy.");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      long seed = in.readLong();
      String fingerprint = in.readUTF();
      Snapshot parameters = readSnapshot(in);
      return new Checkpoint(seed, fingerprint, parameters, readState(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PplException truncated(Path file, int length, String expected) {
    return new PplException(
        "Checkpoint "
            + file
            + " is truncated: it has "
            + length
            + " bytes, expected "
            + expected
            + ". Likely fix: use an earlier copy.");
  }

  /** Refuses to replace a file that this library did not write. */
  static void refuseForeign(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    byte[] start = new byte[8];
    int read;
    try (InputStream in = Files.newInputStream(file)) {
      read = in.readNBytes(start, 0, 8);
    } catch (IOException e) {
      throw new PplException("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    if (read < 8 || ByteBuffer.wrap(start).getLong() != MAGIC) {
      throw new PplException(
          file
              + " exists and is not a flowsvi checkpoint; it was left as it is. Likely fix: choose"
              + " another name for the checkpoint.");
    }
  }

  private static byte[] digest(byte[] payload) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(payload);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static void writeSnapshot(DataOutputStream out, Snapshot snapshot) throws IOException {
    out.writeInt(snapshot.shapes().size());
    for (Map.Entry<String, Shape> entry : snapshot.shapes().entrySet()) {
      out.writeUTF(entry.getKey());
      int[] dims = entry.getValue().dims();
      out.writeInt(dims.length);
      for (int dim : dims) {
        out.writeInt(dim);
      }
    }
    writeArray(out, snapshot.values());
  }

  private static Snapshot readSnapshot(DataInputStream in) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String path = in.readUTF();
      int[] dims = new int[in.readInt()];
      for (int j = 0; j < dims.length; j++) {
        dims[j] = in.readInt();
      }
      shapes.put(path, Shape.of(dims));
    }
    return new Snapshot(shapes, readArray(in));
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
    writeArray(out, state.best);
    writeArray(out, state.trace.points());
    out.writeLong(state.trace.stride());
    out.writeDouble(state.trace.pending());
    out.writeLong(state.trace.pendingCount());
    writeArray(out, state.average);
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
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      state.evaluations.add(new Evaluation(in.readLong(), in.readDouble(), in.readDouble()));
    }
    state.bestElbo = in.readDouble();
    state.bestStep = in.readLong();
    state.best = readArray(in);
    double[] points = readArray(in);
    int size = points.length;
    state.trace =
        new LossTrace(
            Arrays.copyOf(points, Math.max(64, size)),
            size,
            in.readLong(),
            in.readDouble(),
            in.readLong());
    state.average = readArray(in);
    state.averaged = in.readLong();
    state.moved = in.readBoolean();
    state.lastRate = in.readDouble();
    return state;
  }

  private static void writeMoments(DataOutputStream out, Moments moments) throws IOException {
    writeArray(out, moments.first());
    writeArray(out, moments.second());
    out.writeLong(moments.updates());
  }

  private static Moments readMoments(DataInputStream in) throws IOException {
    double[] first = readArray(in);
    double[] second = readArray(in);
    return new Moments(first, second, in.readLong());
  }

  private static void writeArray(DataOutputStream out, double[] values) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = new byte[8 * values.length];
    ByteBuffer.wrap(bytes).asDoubleBuffer().put(values);
    out.write(bytes);
  }

  private static double[] readArray(DataInputStream in) throws IOException {
    double[] values = new double[in.readInt()];
    byte[] bytes = new byte[8 * values.length];
    in.readFully(bytes);
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
  }
}
