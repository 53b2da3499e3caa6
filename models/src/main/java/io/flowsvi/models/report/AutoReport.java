package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.flows.judge.RungReport;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Summary;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Quantity;
import io.flowsvi.flows.verdict.Row;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results of a fit without tuning, as plain data.
 *
 * @param model the model's name
 * @param seed of the fit
 * @param fit what was found
 * @param draws of the reported sites
 * @param summary the table of these draws
 */
public record AutoReport(
    String model, long seed, AutoFit<?> fit, List<Draws> draws, Summary summary) {
  /** Copies the list. */
  public AutoReport {
    draws = List.copyOf(draws);
  }

  /** Of these sites; of all latents and derived sites if none is named. */
  public static AutoReport of(String model, long seed, AutoFit<?> fit, List<Site> sites) {
    List<Draws> draws = fit.draws().draws(sites.isEmpty() ? fit.draws().sites() : sites);
    return new AutoReport(model, seed, fit, draws, Summary.of(draws));
  }

  /** Everything a reader needs, as text. */
  public String text() {
    return String.format(
            Locale.ROOT,
            "%s, seed %d: %d draws from rung '%s', %.1f s, %d gradient and %d density"
                + " evaluations%n%n",
            model,
            seed,
            fit.draws().count(),
            fit.rung(),
            fit.seconds(),
            fit.gradients(),
            fit.values())
        + summary.table()
        + String.format("%n")
        + RungReport.table(fit.rungs())
        + String.format("%n")
        + Check.table(fit.judgement().checks())
        + String.format("%nVerdict: ")
        + FitReport.wrapped(fit.judgement().words())
        + System.lineSeparator();
  }

  /** Everything a program needs, as JSON. */
  public String json() {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("model", model);
    // The rung is what --family names elsewhere: one reader serves both kinds of fit.
    root.put("family", fit.rung());
    root.put("seed", seed);
    root.put("rung", fit.rung());
    root.put("k_hat", fit.assessment().kHat());
    root.put("effective_draws", fit.assessment().ess());
    root.put("proposals", fit.assessment().cloud().size());
    root.put("elbo", fit.assessment().elbo());
    root.put("elbo_se", fit.assessment().elboStandardError());
    root.put("log_evidence", fit.assessment().logEvidence());
    root.put("resampled", fit.resampled());
    root.put("worst_quantity", fit.worst().name());
    root.put("worst_quantity_k_hat", fit.worst().spread());
    root.put("modes", fit.modes().size());
    root.put("seconds", fit.seconds());
    root.put("steps", fit.gradients());
    root.put("gradient_evaluations", fit.gradients());
    root.put("density_evaluations", fit.values());
    ArrayNode rungs = root.putArray("rungs");
    for (RungReport rung : fit.rungs()) {
      ObjectNode node = rungs.addObject();
      node.put("name", rung.name());
      node.put("k_hat", rung.kHat());
      node.put("efficiency", rung.efficiency());
      node.put("elbo", rung.elbo());
      node.put("log_evidence", rung.logEvidence());
      node.put("seconds", rung.seconds());
      node.put("outcome", rung.outcome());
    }
    Judgements.write(root, fit.judgement());
    ArrayNode rows = root.putArray("rows");
    for (Row row : fit.rows()) {
      ObjectNode node = rows.addObject();
      node.put("name", row.name());
      node.put("k_hat", row.kHat());
      node.put("verdict", row.grade().word());
    }
    ReportFiles.variables(root, summary);
    for (Quantity quantity : fit.quantities()) {
      if (root.path("variables").path(quantity.name()) instanceof ObjectNode node) {
        node.put("k_hat_mean", quantity.mean());
        node.put("k_hat_sd", quantity.spread());
        node.put("verdict", quantity.grade().word());
      }
    }
    try {
      return mapper.writeValueAsString(root) + System.lineSeparator();
    } catch (IOException e) {
      throw new PplException("The report could not be written as JSON: " + e.getMessage(), e);
    }
  }

  /** What ArviZ is told of the draws. */
  Map<String, Object> attributes() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("inference_method", "variational inference, automatic, rung " + fit.rung());
    all.putAll(fit.record());
    all.put("pareto_k_hat", fit.assessment().kHat());
    all.put("effective_draws", fit.assessment().ess());
    return all;
  }

  /** Writes draws.csv, summary.json, summary.txt and report.html. */
  public void write(ReportFiles files, List<Draws> predictive, List<Draws> prior) {
    Path folder = files.folder();
    try {
      Files.writeString(folder.resolve("summary.txt"), text());
      Files.writeString(folder.resolve("summary.json"), json());
      files.csv(draws);
      Files.writeString(folder.resolve("report.html"), HtmlReport.of(this, predictive, prior));
    } catch (IOException e) {
      throw new PplException(
          "The report could not be written to '" + folder + "': " + e.getMessage(), e);
    }
  }

  /** The observed sites of the fitted model, whose replicates a report shows. */
  public static List<Site> observed(AutoFit<?> fit) {
    return fit.structure().sites().stream()
        .map(s -> s.site())
        .filter(s -> s instanceof Observed)
        .toList();
  }
}
