package io.flowsvi.models.vae;

import io.flowsvi.flows.train.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Results side by side: each flow's mean and sd over seeds, and each seed's gain over the baseline
 * in pairs of test images.
 *
 * @param results all runs
 * @param flows in order, the baseline first
 * @param samples S of the importance-weighted bound
 */
public record VaeTable(List<VaeResult> results, List<String> flows, int samples) {
  /** Copies the lists. */
  public VaeTable {
    results = List.copyOf(results);
    flows = List.copyOf(flows);
  }

  /** The runs of a flow, by seed. */
  public List<VaeResult> of(String flow) {
    return results.stream().filter(r -> r.recipe().flow().equals(flow)).toList();
  }

  /** How much a run gained over the baseline of its seed, in pairs of images. */
  public Estimate gain(VaeResult run) {
    return run.scores().elboAbove(baseline(run).scores());
  }

  private VaeResult baseline(VaeResult run) {
    return of(flows.get(0)).stream().filter(b -> b.seed() == run.seed()).findFirst().orElseThrow();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-14s %9s %16s %9s %8s %16s %7s %7s %7s %8s%n",
            "flow",
            "params",
            "-ELBO",
            "-recon",
            "KL",
            "NLL(S=" + samples + ")",
            "bpd",
            "active",
            "k>0.7",
            "s"));
    for (String flow : flows) {
      List<VaeResult> runs = of(flow);
      text.append(
          String.format(
              Locale.ROOT,
              "%-14s %9d %16s %9.2f %8.2f %16s %7.3f %7.1f %6.0f%% %8.1f%n",
              flow,
              runs.get(0).parameters(),
              spread(runs.stream().map(r -> -r.scores().meanElbo().value()).toList()),
              mean(runs.stream().map(r -> -r.scores().meanReconstruction()).toList()),
              mean(runs.stream().map(r -> r.scores().meanKl()).toList()),
              spread(runs.stream().map(r -> -r.scores().meanBound().value()).toList()),
              mean(runs.stream().map(r -> r.scores().bitsPerDimension()).toList()),
              mean(runs.stream().map(r -> (double) r.scores().activeUnits()).toList()),
              100 * mean(runs.stream().map(r -> r.scores().unreliable()).toList()),
              mean(runs.stream().map(VaeResult::seconds).toList())));
    }
    text.append(String.format("%nGain over '%s', pair by pair of test images:%n", flows.get(0)));
    text.append(
        String.format(
            "%-14s %6s %20s %8s %20s %8s %12s%n",
            "flow", "seed", "ELBO gain", "in SE", "IWAE bound gain", "in SE", "best epoch"));
    for (String flow : flows.subList(1, flows.size())) {
      for (VaeResult run : of(flow)) {
        Estimate elbo = gain(run);
        Estimate bound = run.scores().boundAbove(baseline(run).scores());
        text.append(
            String.format(
                Locale.ROOT,
                "%-14s %6d %20s %8.1f %20s %8.1f %8d/%d%n",
                flow,
                run.seed(),
                elbo,
                elbo.value() / elbo.standardError(),
                bound,
                bound.value() / bound.standardError(),
                run.bestEpoch(),
                run.epochs()));
      }
    }
    return text.toString();
  }

  private static String spread(List<Double> numbers) {
    double[] all = numbers.stream().mapToDouble(x -> x).toArray();
    Estimate mean = VaeScores.mean(all);
    return all.length < 2
        ? String.format(Locale.ROOT, "%.2f", mean.value())
        : String.format(
            Locale.ROOT, "%.2f ± %.2f", mean.value(), mean.standardError() * Math.sqrt(all.length));
  }

  private static double mean(List<Double> numbers) {
    return new ArrayList<>(numbers).stream().mapToDouble(x -> x).average().orElseThrow();
  }
}
