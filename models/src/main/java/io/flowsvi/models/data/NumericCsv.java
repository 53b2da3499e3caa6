package io.flowsvi.models.data;

import io.flowsvi.flows.density.Rows;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Reads a file; a first line that is not all numbers is its header. */
  public static NumericCsv read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PplException(
          "Data file '" + file + "' does not exist. Likely fix: check the path.");
    }
    List<String> names = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser parser = CSVFormat.DEFAULT.builder().setTrim(true).get().parse(reader)) {
      for (CSVRecord line : parser) {
        if (names.isEmpty()) {
          header(line).forEach(names::add);
          if (!isNumeric(line)) {
            continue;
          }
        }
        rows.add(numbers(file, line, names.size()));
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new PplException("Data file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new PplException("Data file '" + file + "' has no rows of numbers.");
    }
    double[] all = new double[rows.size() * names.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * names.size(), names.size());
    }
    return new NumericCsv(names, new Rows(all, names.size()));
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
