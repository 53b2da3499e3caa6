package io.flowsvi.models.report;

import io.flowsvi.flows.judge.RungReport;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.verdict.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A fit as one HTML page with its pictures inside: it opens without a network. */
final class HtmlReport {
  private static final int MOST_MARGINALS = 24;
  private static final int MOST_PAIRS = 5;
  private static final int MOST_PREDICTIVE = 12;

  private HtmlReport() {}

  static String of(AutoReport report, List<Draws> predictive, List<Draws> prior) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(Svg.escaped(report.model()))
        .append("</title><style>body{font:15px sans-serif;margin:2em;max-width:1100px}")
        .append("pre{background:#f4f4f4;padding:1em;overflow-x:auto}svg{margin:4px}")
        .append(".verdict{font-size:18px;padding:.6em;border-left:8px solid ")
        .append(colour(report.fit().judgement().word()))
        .append("}</style></head><body>");
    page.append("<h1>").append(Svg.escaped(report.model())).append("</h1>");
    page.append("<p class=\"verdict\">")
        .append(Svg.escaped(report.fit().judgement().words()))
        .append("</p>");
    section(page, "Checks", pre(Check.table(report.fit().judgement().checks())));
    section(page, "Ladder", pre(RungReport.table(report.fit().rungs())));
    section(page, "ELBO and log evidence by rung", ladder(report.fit().rungs()));
    section(page, "Importance weights", weights(report));
    section(page, "Posterior", pre(report.summary().table()));
    Map<String, double[]> posterior = columns(report.draws());
    Map<String, double[]> before = columns(prior);
    StringBuilder pictures = new StringBuilder();
    posterior.entrySet().stream()
        .limit(MOST_MARGINALS)
        .forEach(
            e ->
                pictures.append(
                    Svg.histograms(
                        e.getKey(), e.getValue(), before.getOrDefault(e.getKey(), new double[0]))));
    section(page, "Marginals (blue) against the prior (grey, where it can be drawn)", pictures);
    section(page, "Pairs", pairs(posterior));
    StringBuilder replicates = new StringBuilder();
    columns(predictive).entrySet().stream()
        .limit(MOST_PREDICTIVE)
        .forEach(e -> replicates.append(Svg.histograms(e.getKey(), e.getValue(), new double[0])));
    section(page, "Posterior predictive, the first values", replicates);
    return page.append("</body></html>").toString();
  }

  private static String colour(String word) {
    return switch (word) {
      case "trusted" -> "#2a2";
      case "corrected" -> "#d90";
      default -> "#c22";
    };
  }

  private static void section(StringBuilder page, String title, CharSequence body) {
    if (body.length() > 0) {
      page.append("<h2>").append(title).append("</h2>").append(body);
    }
  }

  private static String pre(String text) {
    return "<pre>" + Svg.escaped(text) + "</pre>";
  }

  private static String ladder(List<RungReport> rungs) {
    List<String> names = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    for (RungReport r : rungs) {
      if (Double.isFinite(r.elbo()) && Double.isFinite(r.logEvidence())) {
        names.add(String.format(Locale.ROOT, "%s (k-hat %.2f)", r.name(), r.kHat()));
        low.add(r.elbo());
        high.add(r.logEvidence());
      }
    }
    return names.isEmpty() ? "" : Svg.ranges(names, low, high);
  }

  /** The largest weights in order: a straight end is a Pareto tail, its slope k-hat. */
  private static String weights(AutoReport report) {
    double[] raw = report.fit().assessment().logWeights().clone();
    java.util.Arrays.sort(raw);
    int n = Math.min(1000, raw.length);
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = -Math.log10((i + 0.5) / raw.length);
      y[i] = (raw[raw.length - 1 - i] - report.fit().assessment().logEvidence()) / Math.log(10);
    }
    String title =
        String.format(
            Locale.ROOT,
            "log10 weight by -log10 rank, k-hat %.2f",
            report.fit().assessment().kHat());
    return Svg.scatter(title, x, y, n);
  }

  private static String pairs(Map<String, double[]> columns) {
    List<String> names = columns.keySet().stream().limit(MOST_PAIRS).toList();
    StringBuilder pictures = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        pictures.append(
            Svg.scatter(
                names.get(i) + " by " + names.get(j),
                columns.get(names.get(j)),
                columns.get(names.get(i)),
                800));
      }
    }
    return pictures.toString();
  }

  private static Map<String, double[]> columns(List<Draws> draws) {
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (Draws site : draws) {
      double[] all = site.toArray();
      int width = site.names().size();
      for (int j = 0; j < Math.min(width, MOST_MARGINALS); j++) {
        double[] column = new double[site.count()];
        for (int i = 0; i < column.length; i++) {
          column[i] = all[i * width + j];
        }
        columns.put(site.names().get(j), column);
      }
    }
    return columns;
  }
}
