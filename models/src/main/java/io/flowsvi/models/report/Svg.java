package io.flowsvi.models.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Small pictures as SVG text. */
final class Svg {
  private static final int WIDTH = 250;
  private static final int HEIGHT = 170;
  private static final int EDGE = 22;
  private static final int BINS = 40;

  private Svg() {}

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String picture(String title, double low, double high, String body) {
    return String.format(
        Locale.ROOT,
        "<svg width=\"%d\" height=\"%d\" font-size=\"11\"><text x=\"4\" y=\"12\">%s</text>%s<text"
            + " x=\"4\" y=\"%d\">%.3g</text><text x=\"%d\" y=\"%d\""
            + " text-anchor=\"end\">%.3g</text></svg>",
        WIDTH,
        HEIGHT,
        escaped(title),
        body,
        HEIGHT - 4,
        low,
        WIDTH - 4,
        HEIGHT - 4,
        high);
  }

  /** Limits that leave out half a percent at either end. */
  private static double[] limits(double[] x) {
    double[] sorted = Arrays.stream(x).filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return new double[] {0, 1};
    }
    double low = sorted[(int) (0.005 * (sorted.length - 1))];
    double high = sorted[(int) Math.ceil(0.995 * (sorted.length - 1))];
    double room = high > low ? 0.02 * (high - low) : Math.max(1e-6, 0.01 * Math.abs(low));
    return new double[] {low - room, high + room};
  }

  /** A histogram over another one on the same axis. */
  static String histograms(String title, double[] front, double[] back) {
    double[] limits = limits(front);
    StringBuilder body = new StringBuilder();
    double[] behind = bins(back, limits);
    double[] before = bins(front, limits);
    double top = Math.max(Arrays.stream(before).max().orElse(0), 1e-300);
    bars(body, behind, Math.max(top, Arrays.stream(behind).max().orElse(0)), "#bbb");
    bars(body, before, Math.max(top, Arrays.stream(behind).max().orElse(0)), "#36c9");
    return picture(title, limits[0], limits[1], body.toString());
  }

  private static double[] bins(double[] x, double[] limits) {
    double[] counts = new double[BINS];
    for (double v : x) {
      int b = (int) Math.floor((v - limits[0]) / (limits[1] - limits[0]) * BINS);
      if (b >= 0 && b < BINS) {
        counts[b] += 1.0 / x.length;
      }
    }
    return counts;
  }

  private static void bars(StringBuilder body, double[] heights, double top, String colour) {
    double width = (double) WIDTH / BINS;
    for (int b = 0; b < BINS; b++) {
      double h = heights[b] / top * (HEIGHT - 2 * EDGE);
      if (h > 0) {
        body.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                b * width,
                HEIGHT - EDGE - h,
                width,
                h,
                colour));
      }
    }
  }

  /** Points, at most so many. */
  static String scatter(String title, double[] x, double[] y, int most) {
    double[] across = limits(x);
    double[] up = limits(y);
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < Math.min(most, x.length); i++) {
      double px = (x[i] - across[0]) / (across[1] - across[0]) * WIDTH;
      double py = HEIGHT - EDGE - (y[i] - up[0]) / (up[1] - up[0]) * (HEIGHT - 2 * EDGE);
      if (px >= 0 && px <= WIDTH && py >= EDGE && py <= HEIGHT - EDGE) {
        body.append(
            String.format(
                Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.2\" fill=\"#36c8\"/>", px, py));
      }
    }
    return picture(title, across[0], across[1], body.toString());
  }

  /** A bar from low to high for each name. */
  static String ranges(List<String> names, List<Double> low, List<Double> high) {
    double top = high.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    // Bounds far below would squeeze the rest.
    double bottom = top;
    for (double v : low) {
      bottom = Math.min(bottom, Math.max(v, top - 20));
    }
    double span = Math.max(1e-3, top - bottom);
    int row = 24;
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      double from = 260 + Math.max(0, low.get(i) - bottom) / span * 500;
      double to = 260 + Math.max(0, high.get(i) - bottom) / span * 500;
      body.append(
          String.format(
              Locale.ROOT,
              "<text x=\"4\" y=\"%d\">%s</text><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\""
                  + " height=\"12\" fill=\"#36c\"/><text x=\"%.1f\" y=\"%d\">%.2f to %.2f</text>",
              i * row + 16,
              escaped(names.get(i)),
              from,
              i * row + 6,
              Math.max(2, to - from),
              to + 8,
              i * row + 16,
              low.get(i),
              high.get(i)));
    }
    return String.format(
        Locale.ROOT,
        "<svg width=\"980\" height=\"%d\" font-size=\"12\">%s</svg>",
        names.size() * row + 8,
        body);
  }
}
