package io.flowsvi.flows.density;

import io.flowsvi.flows.train.Fields;
import io.flowsvi.flows.train.SealedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The payloads of saved densities and of checkpoints of their fits.
 *
 * @param file what holds them
 */
record DensityFormat(SealedFile file) {
  private static final int VERSION = 2;
  private static final int CHECKPOINT_VERSION = 3;

  // "flowden", "flowdck" and a byte that no text has.
  static final DensityFormat SAVED =
      new DensityFormat(new SealedFile(0x666c6f7764656e89L, VERSION, "saved density"));
  static final DensityFormat CHECKPOINT =
      new DensityFormat(
          new SealedFile(0x666c6f7764636b89L, CHECKPOINT_VERSION, "density checkpoint"));

  @FunctionalInterface
  interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  void write(Path path, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    file.write(path, bytes.toByteArray());
  }

  <T> T read(Path path, Reader<T> reader) {
    return file.read(
        path, payload -> reader.read(new DataInputStream(new ByteArrayInputStream(payload))));
  }

  static void writeScale(DataOutputStream out, Standardizer scale) throws IOException {
    Fields.write(out, scale.mean());
    Fields.write(out, scale.sd());
    out.writeBoolean(scale.bounds().isPresent());
    if (scale.bounds().isPresent()) {
      Bounds bounds = scale.bounds().get();
      out.writeDouble(bounds.low());
      out.writeDouble(bounds.high());
      out.writeDouble(bounds.margin());
    }
  }

  static Standardizer readScale(DataInputStream in) throws IOException {
    double[] mean = Fields.array(in);
    double[] sd = Fields.array(in);
    Optional<Bounds> bounds =
        in.readBoolean()
            ? Optional.of(new Bounds(in.readDouble(), in.readDouble(), in.readDouble()))
            : Optional.empty();
    return new Standardizer(mean, sd, bounds);
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
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      reports.add(new EpochReport(in.readInt(), in.readDouble(), in.readDouble(), in.readInt()));
    }
    return reports;
  }
}
