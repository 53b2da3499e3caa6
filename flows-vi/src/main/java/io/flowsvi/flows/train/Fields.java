package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arrays, shapes and snapshots in the payload of a {@link SealedFile}. */
public final class Fields {
  private Fields() {}

  /** An array. */
  public static void write(DataOutputStream out, double[] values) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = new byte[8 * values.length];
    ByteBuffer.wrap(bytes).asDoubleBuffer().put(values);
    out.write(bytes);
  }

  /** Reads an array. */
  public static double[] array(DataInputStream in) throws IOException {
    double[] values = new double[count(in)];
    byte[] bytes = new byte[8 * values.length];
    in.readFully(bytes);
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
  }

  /** A number of things that follow, each of at least a byte: never more than there are bytes. */
  public static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available()) {
      throw new IOException("a count of " + count + " with " + in.available() + " bytes left");
    }
    return count;
  }

  static void write(DataOutputStream out, Shape shape) throws IOException {
    int[] dims = shape.dims();
    out.writeInt(dims.length);
    for (int dim : dims) {
      out.writeInt(dim);
    }
  }

  static Shape shape(DataInputStream in) throws IOException {
    int[] dims = new int[count(in)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = in.readInt();
    }
    return Shape.of(dims);
  }

  /** Paths, shapes and values of parameters. */
  public static void write(DataOutputStream out, Snapshot snapshot) throws IOException {
    out.writeInt(snapshot.shapes().size());
    for (Map.Entry<String, Shape> entry : snapshot.shapes().entrySet()) {
      out.writeUTF(entry.getKey());
      write(out, entry.getValue());
    }
    write(out, snapshot.values());
  }

  /** Reads paths, shapes and values. */
  public static Snapshot snapshot(DataInputStream in) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    int count = count(in);
    for (int i = 0; i < count; i++) {
      shapes.put(in.readUTF(), shape(in));
    }
    return new Snapshot(shapes, array(in));
  }
}
