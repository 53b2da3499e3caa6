package io.flowsvi.flows.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A posterior in numbers: one row per scalar.
 *
 * @param rows in the order of the model
 * @param draws how many draws the numbers come from
 */
public record Summary(List<Row> rows, int draws) {
  /** Copies the list. */
  public Summary {
    rows = List.copyOf(rows);
  }

  /**
   * One scalar.
   *
   * @param name as Stan writes it
   * @param mean its posterior mean
   * @param sd its posterior standard deviation
   * @param mcse the Monte-Carlo standard error of the mean
   * @param q5 the 5 % quantile
   * @param q50 the median
   * @param q95 the 95 % quantile
   */
  public record Row(
      String name, double mean, double sd, double mcse, double q5, double q50, double q95) {}

  /** A row for each scalar of these draws. */
  public static Summary of(List<Draws> sites) {
    List<Row> rows = new ArrayList<>();
    for (Draws site : sites) {
      double[][] columns = new double[site.shape().size()][site.count()];
      double[] all = site.toArray();
      for (int i = 0; i < all.length; i++) {
        columns[i % columns.length][i / columns.length] = all[i];
      }
      for (int c = 0; c < columns.length; c++) {
        double sd = Statistics.sd(columns[c]);
        double[] q = Statistics.quantiles(columns[c], 0.05, 0.5, 0.95);
        rows.add(
            new Row(
                site.names().get(c),
                Statistics.mean(columns[c]),
                sd,
                sd / Math.sqrt(site.count()),
                q[0],
                q[1],
                q[2]));
      }
    }
    return new Summary(rows, sites.isEmpty() ? 0 : sites.get(0).count());
  }

  /** A table: name, mean, sd, mcse, 5 %, 50 %, 95 %. */
  public String table() {
    int width = rows.stream().mapToInt(r -> r.name().length()).max().orElse(0);
    width = Math.max(width, "site".length());
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + width + "s %10s %10s %10s %10s %10s %10s%n",
            "site",
            "mean",
            "sd",
            "mcse",
            "5%",
            "50%",
            "95%"));
    for (Row r : rows) {
      text.append(String.format(Locale.ROOT, "%-" + width + "s", r.name()));
      for (double x : new double[] {r.mean(), r.sd(), r.mcse(), r.q5(), r.q50(), r.q95()}) {
        text.append(' ').append(String.format(Locale.ROOT, "%10s", number(x)));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  /** Four significant digits without an exponent where that fits. */
  private static String number(double x) {
    double size = Math.abs(x);
    if (x == 0 || size >= 1e-3 && size < 1e6) {
      int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4;
      return String.format(Locale.ROOT, "%." + digits + "f", x);
    }
    return String.format(Locale.ROOT, "%.3e", x);
  }

  @Override
  public String toString() {
    return table();
  }
}
