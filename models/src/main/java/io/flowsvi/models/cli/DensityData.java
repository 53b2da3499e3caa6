package io.flowsvi.models.cli;

import io.flowsvi.flows.density.ByteRows;
import io.flowsvi.flows.density.MappedRows;
import io.flowsvi.flows.density.RowSource;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.models.data.Digits;
import io.flowsvi.models.data.NumericCsv;
import io.flowsvi.models.data.Toys;
import io.flowsvi.models.image.IdxFile;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the density command fits or scores.
 *
 * @param names of the columns
 * @param rows the numbers
 * @param image how a row is read as an image, if it is one
 * @param cell width of the cells in which the data are counted, 0 if they are continuous
 * @param white the largest number of a pixel
 */
record DensityData(
    List<String> names, RowSource rows, Optional<ImageShape> image, double cell, double white) {
  /** The name of the bundled digits. */
  static final String DIGITS = "digits";

  /** Text of this share of the heap is put into a table on disk, and not held. */
  private static final int HEAP_SHARE = 16;

  /** A toy of so many rows, the digits, or a file: CSV or idx, gzipped or not. */
  static DensityData named(String name, int rows, Seed seed) {
    Toys.Toy toy = Toys.all().get(name);
    if (toy != null) {
      return continuous(List.of("x1", "x2"), Toys.rows(toy, rows, seed.fold("toy")));
    }
    if (name.equals(DIGITS)) {
      Rows pixels = new Rows(Digits.bundled().pixels(), Digits.PIXELS);
      ImageShape image = new ImageShape(1, Digits.SIDE, Digits.SIDE);
      return new DensityData(pixels(Digits.PIXELS), pixels, Optional.of(image), 1, Digits.MOST);
    }
    Path file = Path.of(name);
    return file.getFileName().toString().matches(".*idx\\d-ubyte(\\.gz)?") ? idx(file) : csv(file);
  }

  private static DensityData continuous(List<String> names, RowSource rows) {
    return new DensityData(names, rows, Optional.empty(), 0, 1);
  }

  private static List<String> pixels(int count) {
    return IntStream.range(0, count).mapToObj(k -> "p" + k).toList();
  }

  private static DensityData idx(Path file) {
    IdxFile idx = IdxFile.read(file);
    int columns = idx.bytes().length / idx.dims()[0];
    Optional<ImageShape> image =
        idx.dims().length == 3
            ? Optional.of(new ImageShape(1, idx.dims()[1], idx.dims()[2]))
            : Optional.empty();
    return new DensityData(pixels(columns), new ByteRows(idx.bytes(), columns), image, 1, 255);
  }

  private static DensityData csv(Path file) {
    try {
      if (Files.isRegularFile(file)
          && Files.size(file) > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
        return mapped(file, Files.createTempFile("flowsvi", ".rows"));
      }
    } catch (IOException e) {
      throw new PplException("Data file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
    NumericCsv table = NumericCsv.read(file);
    return continuous(table.names(), table.rows());
  }

  /** Puts a CSV file into a table on disk, row by row; the table goes when the JVM ends. */
  static DensityData mapped(Path file, Path table) {
    table.toFile().deleteOnExit();
    // The number of columns is known with the first row only, and the table's head holds it.
    int[] columns = {0};
    List<String> names = NumericCsv.each(file, row -> columns[0] = row.length);
    MappedRows rows = MappedRows.write(table, columns[0], sink -> NumericCsv.each(file, sink::add));
    return continuous(names, rows);
  }

  /** So many rows from the first on, or all. */
  double[] first(int most) {
    return rows.pick(IntStream.range(0, Math.min(most, rows.count())).toArray());
  }
}
