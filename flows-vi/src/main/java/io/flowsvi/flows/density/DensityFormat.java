package io.flowsvi.flows.density;

import io.flowsvi.flows.train.AtomicFile;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of saved densities and of checkpoints of their fits: magic number, version, payload
 * length, payload, SHA-256 of the payload.
 *
 * @param name what the file is called in messages
 * @param magic its first eight bytes
 */
record DensityFormat(String name, long magic) {
  // "flowden", "flowdck" and a byte that no text has.
  static final DensityFormat SAVED = new DensityFormat("saved density", 0x666c6f7764656e89L);
  static final DensityFormat CHECKPOINT =
      new DensityFormat("density checkpoint", 0x666c6f7764636b89L);
  private static final int VERSION = 1;
  private static final int HEADER = 16;
  private static final int DIGEST = 32;

  @FunctionalInterface
  interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  void write(Path file, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] payload = bytes.toByteArray();
    refuseForeign(file);
    AtomicFile.write(
        file,
        ByteBuffer.allocate(HEADER + payload.length + DIGEST)
            .putLong(magic)
            .putInt(VERSION)
            .putInt(payload.length)
            .put(payload)
            .put(digest(payload))
            .array());
  }

  <T> T read(Path file, Reader<T> reader) {
    if (!Files.isRegularFile(file)) {
      throw new PplException("There is no " + name + " at " + file + ".");
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      byte[] payload = payload(file, bytes);
      return reader.read(new DataInputStream(new ByteArrayInputStream(payload)));
    } catch (IOException e) {
      throw new PplException("File " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private byte[] payload(Path file, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < 8 || buffer.getLong() != magic) {
      throw new PplException(file + " is not a " + name + " of flowsvi.");
    }
    int version = bytes.length < HEADER ? VERSION : buffer.getInt();
    if (version != VERSION) {
      throw new PplException(
          file
              + " has format version "
              + version
              + "; this library reads version "
              + VERSION
              + ". Likely fix: use the library version that wrote it.");
    }
    long expected =
        bytes.length < HEADER ? HEADER : HEADER + (long) buffer.getInt(HEADER - 4) + DIGEST;
    if (bytes.length < expected || bytes.length < HEADER) {
      throw new PplException(
          file
              + " is truncated: it has "
              + bytes.length
              + " bytes, expected "
              + (bytes.length < HEADER ? "at least " : "")
              + expected
              + ". Likely fix: use an earlier copy.");
    }
    byte[] payload = Arrays.copyOfRange(bytes, HEADER, (int) expected - DIGEST);
    byte[] stored = Arrays.copyOfRange(bytes, (int) expected - DIGEST, (int) expected);
    if (bytes.length > expected || !Arrays.equals(stored, digest(payload))) {
      throw new PplException(
          file
              + " is damaged: its content does not match its digest. Likely fix: use an earlier"
              + " copy.");
    }
    return payload;
  }

  /** Another file of this name is a mistake of the user's, and not to be lost. */
  private void refuseForeign(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    byte[] start;
    try (java.io.InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(8);
    } catch (IOException e) {
      throw new PplException("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    if (start.length < 8 || ByteBuffer.wrap(start).getLong() != magic) {
      throw new PplException(
          file
              + " exists and is not a "
              + name
              + "; it was left as it is. Likely fix: choose another name.");
    }
  }

  private static byte[] digest(byte[] payload) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(payload);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  static void writeArray(DataOutputStream out, double[] values) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = new byte[8 * values.length];
    ByteBuffer.wrap(bytes).asDoubleBuffer().put(values);
    out.write(bytes);
  }

  static double[] readArray(DataInputStream in) throws IOException {
    double[] values = new double[in.readInt()];
    byte[] bytes = new byte[8 * values.length];
    in.readFully(bytes);
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
  }

  static void writeSnapshot(DataOutputStream out, Snapshot snapshot) throws IOException {
    out.writeInt(snapshot.shapes().size());
    for (Map.Entry<String, Shape> entry : snapshot.shapes().entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().rank());
      for (int dim : entry.getValue().dims()) {
        out.writeInt(dim);
      }
    }
    writeArray(out, snapshot.values());
  }

  static Snapshot readSnapshot(DataInputStream in) throws IOException {
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

  static void writeReports(DataOutputStream out, List<EpochReport> reports) throws IOException {
    out.writeInt(reports.size());
    for (EpochReport report : reports) {
      out.writeInt(report.epoch());
      out.writeDouble(report.training());
      out.writeDouble(report.validation());
      out.writeInt(report.skipped());
    }
  }

  static List<EpochReport> readReports(DataInputStream in) throws IOException {
    List<EpochReport> reports = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      reports.add(new EpochReport(in.readInt(), in.readDouble(), in.readDouble(), in.readInt()));
    }
    return reports;
  }
}
