package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A table in a file that the operating system pages in as rows are picked: it may be far larger
 * than the heap.
 *
 * <p>The file: a magic number, columns and rows as ints, then the numbers row by row as big-endian
 * doubles. {@link #write} makes one from rows that come one after the other.
 */
public final class MappedRows implements RowSource {
  // "flowrow" and a byte that no text has.
  private static final long MAGIC = 0x666c6f77726f7789L;
  private static final int HEADER = 16;

  /** A mapping holds at most 2 GB; this leaves room and keeps rows whole. */
  private static final int SEGMENT = 1 << 29;

  private final int columns;
  private final int count;
  private final int segmentRows;
  private final List<MappedByteBuffer> segments = new ArrayList<>();

  private MappedRows(Path file, FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    while (header.hasRemaining()) {
      if (channel.read(header) < 0) {
        break;
      }
    }
    header.flip();
    if (header.limit() < HEADER || header.getLong() != MAGIC) {
      throw new PplException(file + " is not a table of flowsvi. Likely fix: MappedRows.write.");
    }
    this.columns = header.getInt();
    this.count = header.getInt();
    long expected = HEADER + 8L * columns * count;
    if (channel.size() != expected) {
      throw new PplException(
          "Table "
              + file
              + " has "
              + channel.size()
              + " bytes, expected "
              + expected
              + " for "
              + count
              + " rows of "
              + columns
              + " columns: it is truncated or damaged. Likely fix: write it again.");
    }
    this.segmentRows = Math.max(1, SEGMENT / (8 * columns));
    for (int from = 0; from < count; from += segmentRows) {
      int rows = Math.min(segmentRows, count - from);
      segments.add(
          channel.map(
              FileChannel.MapMode.READ_ONLY, HEADER + 8L * columns * from, 8L * columns * rows));
    }
  }

  /** Opens a file. Throws {@link PplException} if it is missing, foreign or truncated. */
  public static MappedRows open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PplException("There is no table at " + file + ".");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new MappedRows(file, channel);
    } catch (IOException e) {
      throw new PplException("Table " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  /** Where rows go one after the other. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next row. */
    void add(double... row);
  }

  /** What gives the rows. */
  @FunctionalInterface
  public interface Producer {
    /** Hands every row to the sink. */
    void produce(Sink sink) throws IOException;
  }

  /** Writes a file of rows of so many columns, replacing it at once, and opens it. */
  public static MappedRows write(Path file, int columns, Producer producer) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      int[] count = {0};
      try (OutputStream raw = Files.newOutputStream(part);
          DataOutputStream out = new DataOutputStream(new BufferedOutputStream(raw, 1 << 16))) {
        out.writeLong(MAGIC);
        out.writeInt(columns);
        out.writeInt(0);
        producer.produce(
            row -> {
              Rows.check(row, columns, count[0]);
              count[0] = Math.addExact(count[0], 1);
              write(out, row);
            });
      }
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(4).putInt(0, count[0]), HEADER - 4);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return open(file);
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new PplException("Table " + file + " cannot be written: " + e.getMessage() + ".", e);
    }
  }

  private static void write(DataOutputStream out, double[] row) {
    try {
      for (double value : row) {
        out.writeDouble(value);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public double[] pick(int... numbers) {
    double[] picked = new double[numbers.length * columns];
    for (int i = 0; i < numbers.length; i++) {
      MappedByteBuffer segment = segments.get(numbers[i] / segmentRows);
      int at = 8 * columns * (numbers[i] % segmentRows);
      for (int k = 0; k < columns; k++) {
        picked[i * columns + k] = segment.getDouble(at + 8 * k);
      }
    }
    return picked;
  }
}
