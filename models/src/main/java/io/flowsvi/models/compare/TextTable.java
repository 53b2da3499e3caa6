package io.flowsvi.models.compare;

import io.flowsvi.ppl.tensor.PplException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of words under a header, as plain text or as Markdown; the first column is on the left, the
 * others on the right.
 *
 * @param header one word a column
 * @param rows as many words each
 */
public record TextTable(List<String> header, List<List<String>> rows) {
  /** Copies the lists and checks their lengths. */
  public TextTable {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new PplException(
            "A row of " + row.size() + " words under a header of " + header.size() + ": " + row);
      }
    }
  }

  /** Columns padded to the same width. */
  @Override
  public String toString() {
    int[] widths = new int[header.size()];
    List<List<String>> all = new ArrayList<>(rows);
    all.add(0, header);
    for (List<String> row : all) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String padding = " ".repeat(widths[c] - row.get(c).length());
        line.append(c == 0 ? row.get(c) + padding : "  " + padding + row.get(c));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** As a Markdown table. */
  public String markdown() {
    String rule =
        header.stream()
            .map(h -> h.equals(header.get(0)) ? "---" : "---:")
            .collect(Collectors.joining("|", "|", "|\n"));
    return line(header) + rule + rows.stream().map(TextTable::line).collect(Collectors.joining());
  }

  private static String line(List<String> words) {
    return words.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
