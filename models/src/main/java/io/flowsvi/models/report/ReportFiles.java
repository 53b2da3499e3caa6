package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.ModelDraws;
import io.flowsvi.flows.train.Summary;
import io.flowsvi.ppl.model.Observed;
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
import java.util.Map;
import java.util.Set;

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

  /** Enough for plots and for LOO; log likelihoods of all draws would be many times as large. */
  private static final int EXPORT_DRAWS = 1_000;

  private static final int PICTURED = 40;

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

  /**
   * Writes what other programs read: {@code posterior.json} for ArviZ, {@code loo.json}, {@code
   * model.dot} and {@code model.svg}, {@code posterior.flowsvi} for {@link
   * io.flowsvi.flows.train.SavedPosterior}; and pictures of pairs and of replicated data.
   */
  public void export(Fit<?> fit, FitReport report, FlowCatalog catalog) {
    String family = report.run().family();
    fit.posterior().save(folder.resolve("posterior.flowsvi"), catalog, family);
    export(
        fit.posterior(),
        Math.min(EXPORT_DRAWS, report.psis().draws()),
        ArvizJson.attributes(family, report.psis(), report.judgement()),
        report.draws());
  }

  /**
   * The same for a fit without tuning; {@code posterior.flowsvi} is for {@link
   * io.flowsvi.flows.train.SavedDraws}.
   */
  public void export(AutoReport report) {
    report.fit().saved().save(folder.resolve("posterior.flowsvi"));
    export(
        report.fit().draws(),
        Math.min(EXPORT_DRAWS, report.fit().draws().count()),
        report.attributes(),
        report.draws());
  }

  private void export(
      ModelDraws posterior, int draws, Map<String, Object> attributes, List<Draws> reported) {
    ArvizJson.write(posterior, draws, attributes, folder.resolve("posterior.json"));
    try {
      Map<String, Set<String>> parents = posterior.dependencies();
      Files.writeString(folder.resolve("model.dot"), ModelDot.of(posterior.structure(), parents));
      Files.writeString(folder.resolve("model.svg"), ModelSvg.of(posterior.structure(), parents));
    } catch (IOException e) {
      throw new PplException(
          "The report could not be written to '" + folder + "': " + e.getMessage(), e);
    }
    Pictures.pairs(reported, folder.resolve("pairs.png"));
    if (!posterior.observedSites().isEmpty()) {
      ArvizJson.writeLoo(posterior, draws, folder.resolve("loo.json"));
    }
    for (Observed site : posterior.observedSites()) {
      posterior
          .observed(site)
          .ifPresent(
              data -> {
                String name = site.name().replaceAll("\\W", "_") + ".png";
                Pictures.predictive(
                    "replicates from the posterior",
                    posterior.draws(site, PICTURED),
                    data.toArray(),
                    folder.resolve("posterior-predictive-" + name));
                Pictures.predictive(
                    "replicates from the prior",
                    posterior.prior(site, PICTURED),
                    data.toArray(),
                    folder.resolve("prior-predictive-" + name));
              });
    }
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
    root.put("resampled", false);
    Judgements.write(root, report.judgement());
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
