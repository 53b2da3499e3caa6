package io.flowsvi.models.data;

import io.flowsvi.flows.density.Rows;
import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file of numbers.
 *
 * @param names of the columns: the header, or {@code x1}, {@code x2} … where there is none
 * @param rows the numbers
 */
public record NumericCsv(List<String> names, Rows rows) {
  /** Copies the names. */
  public NumericCsv {
    names = List.copyOf(names);
  }

  /** Reads a file, gzipped or not; a first line that is not all numbers is its header. */
  public static NumericCsv read(Path file) {
    List<double[]> rows = new ArrayList<>();
    List<String> names = each(file, rows::add);
    double[] all = new double[Math.multiplyExact(rows.size(), names.size())];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * names.size(), names.size());
    }
    return new NumericCsv(names, new Rows(all, names.size()));
  }

  /** Hands the rows of a file to a sink as they come, and returns the names of its columns. */
  public static List<String> each(Path file, Consumer<double[]> sink) {
    if (!Files.isRegularFile(file)) {
      throw new PplException(
          "Data file '" + file + "' does not exist. Likely fix: check the path.");
    }
    List<String> names = new ArrayList<>();
    boolean any = false;
    try (Reader reader = open(file);
        CSVParser parser = CSVFormat.DEFAULT.builder().setTrim(true).get().parse(reader)) {
      for (CSVRecord line : parser) {
        if (names.isEmpty()) {
          header(line).forEach(names::add);
          if (!isNumeric(line)) {
            continue;
          }
        }
        any = true;
        sink.accept(numbers(file, line, names.size()));
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new PplException("Data file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
    if (!any) {
      throw new PplException("Data file '" + file + "' has no rows of numbers.");
    }
    return List.copyOf(names);
  }

  private static Reader open(Path file) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    raw.mark(2);
    boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    InputStream text = gzipped ? new GZIPInputStream(raw, 1 << 16) : raw;
    return new InputStreamReader(text, StandardCharsets.UTF_8);
  }

  private static List<String> header(CSVRecord line) {
    List<String> names = new ArrayList<>();
    boolean numeric = isNumeric(line);
    for (int k = 0; k < line.size(); k++) {
      names.add(numeric ? "x" + (k + 1) : line.get(k));
    }
    return names;
  }

  private static boolean isNumeric(CSVRecord line) {
    for (String cell : line) {
      try {
        Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        return false;
      }
    }
    return true;
  }

  private static double[] numbers(Path file, CSVRecord line, int columns) {
    if (line.size() != columns) {
      throw new PplException(
          file
              + ", line "
              + line.getRecordNumber()
              + ": "
              + line.size()
              + " cells, expected "
              + columns
              + " as in the first line.");
    }
    double[] row = new double[columns];
    for (int k = 0; k < columns; k++) {
      try {
        row[k] = Double.parseDouble(line.get(k));
      } catch (NumberFormatException e) {
        throw new PplException(
            file
                + ", line "
                + line.getRecordNumber()
                + ", column "
                + (k + 1)
                + ": '"
                + line.get(k)
                + "' is no number. Likely fix: drop the row, or the column.",
            e);
      }
    }
    return row;
  }
}
