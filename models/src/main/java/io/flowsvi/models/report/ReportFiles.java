package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Summary;
import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a fit into a folder: {@code draws.csv}, {@code summary.json}, {@code summary.txt} and
 * pictures.
 *
 * <p>The CSV has CmdStan's spelling of names ({@code theta.1}), which Stan's readers expect, one
 * draw a line; the JSON has Stan's own ({@code theta[1]}).
 */
public final class ReportFiles {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;

  private ReportFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * A folder to write to, made if needed. Throws {@link PplException} at once if it cannot be
   * written.
   */
  public static ReportFiles in(Path folder) {
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".probe", "");
      Files.delete(probe);
      return new ReportFiles(folder);
    } catch (IOException e) {
      throw new PplException(
          "Output folder '"
              + folder
              + "' cannot be written: "
              + reason(e)
              + ". Likely fix: choose another folder with --out, or make this one writable.",
          e);
    }
  }

  /** File system exceptions have the path as their message: the class says what is wrong. */
  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "there is a file of that name";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof NoSuchFileException ? "it cannot be made there" : e.getMessage();
  }

  /** Where it writes. */
  public Path folder() {
    return folder;
  }

  /** Writes everything. */
  public void write(FitReport report) {
    try {
      Files.writeString(folder.resolve("summary.txt"), report.text());
      Files.writeString(folder.resolve("summary.json"), json(report));
      csv(report.draws());
    } catch (IOException e) {
      throw new PplException(
          "The report could not be written to '" + folder + "': " + e.getMessage(), e);
    }
    Pictures.elbo(report.evaluations(), folder.resolve("elbo.png"));
    Pictures.marginals(report.draws(), folder.resolve("marginals.png"));
  }

  private static String json(FitReport report) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("model", report.run().model());
    root.put("family", report.run().family());
    root.put("seed", report.run().seed());
    root.put("k_hat", report.psis().kHat());
    root.put("elbo", report.elbo().value());
    root.put("elbo_se", report.elbo().standardError());
    root.put("seconds", report.run().seconds());
    root.put("steps", report.steps());
    root.put("status", report.status().words());
    root.put("trusted", Advice.of(report).trusted());
    root.put("verdict", Advice.of(report).text());
    variables(root, report.summary());
    return MAPPER.writeValueAsString(root) + System.lineSeparator();
  }

  /** The posterior table under "variables". */
  static void variables(ObjectNode root, Summary summary) {
    ObjectNode variables = root.putObject("variables");
    for (Summary.Row row : summary.rows()) {
      ObjectNode node = variables.putObject(row.name());
      node.put("mean", row.mean());
      node.put("sd", row.sd());
      node.put("mcse", row.mcse());
      node.put("q5", row.q5());
      node.put("q50", row.q50());
      node.put("q95", row.q95());
    }
  }

  void csv(List<Draws> draws) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("draws.csv"))) {
      List<String> header = new ArrayList<>();
      draws.forEach(d -> d.names().forEach(n -> header.add(cmdStan(n))));
      out.write(String.join(",", header));
      out.newLine();
      int count = draws.isEmpty() ? 0 : draws.get(0).count();
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < count; i++) {
        line.setLength(0);
        for (Draws d : draws) {
          for (double value : d.draw(i)) {
            line.append(line.isEmpty() ? "" : ",").append(value);
          }
        }
        out.write(line.toString());
        out.newLine();
      }
    }
  }

  /** {@code theta[1,2]} as {@code theta.1.2}. */
  static String cmdStan(String name) {
    return name.replace('[', '.').replace(',', '.').replace("]", "");
  }
}
