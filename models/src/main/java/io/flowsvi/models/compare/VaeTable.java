package io.flowsvi.models.compare;

import io.flowsvi.flows.train.Estimate;
import io.flowsvi.models.vae.PaperOrder;
import io.flowsvi.models.vae.VaeResult;
import io.flowsvi.models.vae.part.PixelModel;
import io.flowsvi.models.vae.score.VaeScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Results side by side: each flow's mean and sd over seeds, each seed's gain over the baseline in
 * pairs of test images, and the orders that papers found, in pairs as well.
 *
 * @param results all runs
 * @param flows in order, the baseline first
 * @param orders to check, where both flows were run
 */
public record VaeTable(List<VaeResult> results, List<String> flows, List<PaperOrder> orders) {
  /** A difference of fewer standard errors is called undecided. */
  private static final double DECIDED = 2;

  /** Copies the lists. */
  public VaeTable {
    results = List.copyOf(results);
    flows = List.copyOf(flows);
    orders = List.copyOf(orders);
  }

  /** The runs of a flow, by seed. */
  public List<VaeResult> of(String flow) {
    return results.stream().filter(r -> r.recipe().flow().equals(flow)).toList();
  }

  /** How much a run gained over the baseline of its seed, in pairs of images. */
  public Estimate gain(VaeResult run) {
    return run.scores().elboAbove(beside(run, flows.get(0)).scores());
  }

  private VaeResult beside(VaeResult run, String flow) {
    return of(flow).stream().filter(b -> b.seed() == run.seed()).findFirst().orElseThrow();
  }

  /** The different S of the bounds, the largest first. */
  private List<Integer> counts() {
    return results.get(0).scores().sampleCounts();
  }

  /** Which images the bounds are about. */
  public String images() {
    VaeScores first = results.get(0).scores();
    return counts().stream()
        .map(s -> "S = " + s + " on " + first.scoredWith(s).images() + " test images")
        .collect(Collectors.joining(", ", "NLL is the negative importance-weighted bound: ", "."));
  }

  /** Each flow's means, with sd over seeds where there are several. */
  public TextTable means() {
    boolean grey = results.get(0).recipe().pixels() != PixelModel.BERNOULLI;
    List<String> header = new ArrayList<>(List.of("flow", "params", "-ELBO", "-recon", "KL"));
    counts().forEach(s -> header.add("NLL(S=" + s + ")"));
    header.addAll(grey ? List.of("-ELBO bpd", "NLL bpd") : List.of());
    header.addAll(List.of("active", "k>0.7", "train s", "test s"));
    List<List<String>> rows = new ArrayList<>();
    for (String flow : flows) {
      List<String> row = new ArrayList<>();
      row.add(flow);
      row.add(String.valueOf(of(flow).get(0).parameters()));
      row.add(spread(flow, 2, s -> -s.meanElbo().value()));
      row.add(mean(flow, "%.2f", r -> -r.scores().meanReconstruction()));
      row.add(mean(flow, "%.2f", r -> r.scores().meanKl()));
      for (int count : counts()) {
        row.add(spread(flow, 2, s -> -s.scoredWith(count).meanBound().value()));
      }
      if (grey) {
        row.add(spread(flow, 3, VaeScores::elboBitsPerDimension));
        row.add(spread(flow, 3, s -> s.scoredWith(counts().get(0)).bitsPerDimension()));
      }
      row.add(mean(flow, "%.1f", r -> r.scores().activeUnits()));
      row.add(mean(flow, "%.0f%%", r -> 100 * r.scores().unreliable()));
      row.add(mean(flow, "%.0f", VaeResult::seconds));
      row.add(mean(flow, "%.0f", VaeResult::testSeconds));
      rows.add(row);
    }
    return new TextTable(header, rows);
  }

  /** Each run's gains over the baseline. */
  public TextTable gains() {
    List<String> header = new ArrayList<>(List.of("flow", "seed", "ELBO gain", "in SE"));
    counts().forEach(s -> header.addAll(List.of("gain of bound, S=" + s, "in SE")));
    header.add("best epoch");
    List<List<String>> rows = new ArrayList<>();
    for (String flow : flows.subList(1, flows.size())) {
      for (VaeResult run : of(flow)) {
        List<String> row = new ArrayList<>(List.of(flow, String.valueOf(run.seed())));
        row.addAll(differences(run, beside(run, flows.get(0))));
        row.add(run.bestEpoch() + "/" + run.epochs());
        rows.add(row);
      }
    }
    return new TextTable(header, rows);
  }

  /** The papers' orders, each seed's difference, and whether it is as there. */
  public TextTable orders(String title) {
    List<String> header = new ArrayList<>(List.of(title, "seed", "ELBO difference", "in SE"));
    counts().forEach(s -> header.addAll(List.of("of bounds, S=" + s, "in SE")));
    header.add("as there (ELBO)");
    List<List<String>> rows = new ArrayList<>();
    for (PaperOrder order : orders) {
      if (flows.contains(order.better()) && flows.contains(order.worse())) {
        for (VaeResult run : of(order.better())) {
          VaeResult other = beside(run, order.worse());
          List<String> row = new ArrayList<>();
          row.add(order.better() + " above " + order.worse());
          row.add(String.valueOf(run.seed()));
          row.addAll(differences(run, other));
          row.add(verdict(run.scores().elboAbove(other.scores())));
          rows.add(row);
        }
      }
    }
    return new TextTable(header, rows);
  }

  private List<String> differences(VaeResult run, VaeResult other) {
    List<String> words = new ArrayList<>(words(run.scores().elboAbove(other.scores())));
    for (int s : counts()) {
      words.addAll(words(run.scores().scoredWith(s).boundAbove(other.scores().scoredWith(s))));
    }
    return words;
  }

  private static List<String> words(Estimate difference) {
    return List.of(
        difference.toString(), String.format(Locale.ROOT, "%.1f", difference.inErrors()));
  }

  private static String verdict(Estimate difference) {
    double errors = difference.inErrors();
    return errors > DECIDED ? "yes" : errors < -DECIDED ? "no" : "undecided";
  }

  @Override
  public String toString() {
    String line = System.lineSeparator();
    String text = means() + images() + line;
    if (flows.size() > 1) {
      text += line + "Gain over '" + flows.get(0) + "', pair by pair of test images:" + line;
      text += gains();
    }
    TextTable found = orders("order of the paper");
    return found.rows().isEmpty() ? text : text + line + found;
  }

  private String spread(String flow, int digits, ToDoubleFunction<VaeScores> of) {
    double[] all = of(flow).stream().map(VaeResult::scores).mapToDouble(of).toArray();
    double mean = java.util.Arrays.stream(all).average().orElseThrow();
    String format = "%." + digits + "f";
    if (all.length < 2) {
      // Single draws have no k-hat.
      return Double.isNaN(mean) ? "-" : String.format(Locale.ROOT, format, mean);
    }
    double squares = java.util.Arrays.stream(all).map(x -> (x - mean) * (x - mean)).sum();
    double sd = Math.sqrt(squares / (all.length - 1));
    return String.format(Locale.ROOT, format + " ± " + format, mean, sd);
  }

  private String mean(String flow, String format, ToDoubleFunction<VaeResult> of) {
    double mean = of(flow).stream().mapToDouble(of).average().orElseThrow();
    // Single draws have no k-hat.
    return Double.isNaN(mean) ? "-" : String.format(Locale.ROOT, format, mean);
  }
}
