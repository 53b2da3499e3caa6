package io.flowsvi.models.report;

import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.ppl.tensor.PplException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a fit as PNG files; no display is needed. */
final class Pictures {
  private static final int MOST_MARGINALS = 24;
  private static final int MOST_PAIRS = 6;
  private static final int MOST_POINTS = 1_000;
  private static final int REPLICATES = 40;
  private static final int COLUMNS = 4;
  private static final int BINS = 60;
  private static final int SURFACE = 240;
  private static final int PANEL_WIDTH = 300;
  private static final int PANEL_HEIGHT = 220;
  private static final int PICTURE = 48;
  private static final int GAP = 4;

  private Pictures() {}

  /** The bound over the steps, with two standard errors either side. */
  static void elbo(List<Evaluation> all, Path file) {
    List<Evaluation> evaluations =
        all.stream().filter(e -> Double.isFinite(e.elbo() + e.standardError())).toList();
    if (evaluations.isEmpty()) {
      return;
    }
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(450)
            .title("ELBO on fresh draws")
            .xAxisTitle("step")
            .yAxisTitle("nats")
            .build();
    plain(chart.getStyler());
    double[] x = evaluations.stream().mapToDouble(Evaluation::step).toArray();
    double[] y = evaluations.stream().mapToDouble(Evaluation::elbo).toArray();
    double[] error = evaluations.stream().mapToDouble(e -> 2 * e.standardError()).toArray();
    chart.addSeries("ELBO", x, y, error).setMarker(SeriesMarkers.CIRCLE);
    // The first bounds are far below: the picture is about the rest.
    double[] sorted = y.clone();
    Arrays.sort(sorted);
    double top = sorted[sorted.length - 1];
    double low = sorted[sorted.length / 4];
    double margin = Math.max(1e-3, 0.2 * (top - low)) + 2 * error[error.length - 1];
    chart.getStyler().setYAxisMin(low - margin);
    chart.getStyler().setYAxisMax(top + margin);
    write(BitmapEncoder.getBufferedImage(chart), file);
  }

  /** A histogram for each scalar, the first two dozen. */
  static void marginals(List<Draws> draws, Path file) {
    List<BufferedImage> panels = new ArrayList<>();
    for (Draws d : draws) {
      int size = d.shape().size();
      for (int k = 0; k < size && panels.size() < MOST_MARGINALS; k++) {
        double[] values = new double[d.count()];
        double[] all = d.toArray();
        for (int i = 0; i < values.length; i++) {
          values[i] = all[i * size + k];
        }
        panels.add(BitmapEncoder.getBufferedImage(histogram(d.names().get(k), values)));
      }
    }
    if (panels.isEmpty()) {
      return;
    }
    int columns = Math.min(COLUMNS, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    BufferedImage page =
        new BufferedImage(columns * PANEL_WIDTH, rows * PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
    for (int i = 0; i < panels.size(); i++) {
      graphics.drawImage(
          panels.get(i), i % columns * PANEL_WIDTH, i / columns * PANEL_HEIGHT, null);
    }
    graphics.dispose();
    write(page, file);
  }

  /** Each scalar against each other, the first few; histograms on the diagonal. */
  static void pairs(List<Draws> draws, Path file) {
    List<String> names = new ArrayList<>();
    List<double[]> columns = new ArrayList<>();
    for (Draws d : draws) {
      int size = d.shape().size();
      double[] all = d.toArray();
      for (int k = 0; k < size && columns.size() < MOST_PAIRS; k++) {
        double[] values = new double[d.count()];
        for (int i = 0; i < values.length; i++) {
          values[i] = all[i * size + k];
        }
        names.add(d.names().get(k));
        columns.add(values);
      }
    }
    int n = columns.size();
    if (n == 0) {
      return;
    }
    BufferedImage page =
        new BufferedImage(n * PANEL_HEIGHT, n * PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
    for (int row = 0; row < n; row++) {
      for (int column = 0; column <= row; column++) {
        XYChart chart =
            row == column
                ? histogram(names.get(row), columns.get(row))
                : pair(
                    names.get(column) + ", " + names.get(row),
                    columns.get(column),
                    columns.get(row));
        graphics.drawImage(
            BitmapEncoder.getBufferedImage(chart),
            column * PANEL_HEIGHT,
            row * PANEL_HEIGHT,
            PANEL_HEIGHT,
            PANEL_HEIGHT,
            null);
      }
    }
    graphics.dispose();
    write(page, file);
  }

  private static XYChart pair(String title, double[] x, double[] y) {
    double[] rows = new double[2 * x.length];
    for (int i = 0; i < x.length; i++) {
      rows[2 * i] = x[i];
      rows[2 * i + 1] = y[i];
    }
    double[] range = range(rows, 2);
    for (int i = 0; i < 4; i += 2) {
      // A constant has no range of its own.
      double room = range[i + 1] - range[i] > 0 ? 0 : Math.max(1e-6, 0.01 * Math.abs(range[i]));
      range[i] -= room;
      range[i + 1] += room;
    }
    return cloud(title, rows, 2, MOST_POINTS, range);
  }

  /** The distribution of the data, in black, among those of replicates of them. */
  static void predictive(String title, Draws replicates, double[] observed, Path file) {
    double[] sorted = observed.clone();
    Arrays.sort(sorted);
    double[] level = new double[sorted.length];
    for (int i = 0; i < level.length; i++) {
      level[i] = (i + 0.5) / level.length;
    }
    XYChart chart =
        new XYChartBuilder()
            .width(700)
            .height(450)
            .title(title)
            .xAxisTitle(replicates.site().name())
            .yAxisTitle("share below")
            .build();
    plain(chart.getStyler());
    for (int s = 0; s < Math.min(REPLICATES, replicates.count()); s++) {
      double[] one = replicates.draw(s);
      Arrays.sort(one);
      chart
          .addSeries("replicate " + s, one, level)
          .setMarker(SeriesMarkers.NONE)
          .setLineColor(new Color(150, 180, 215))
          .setLineWidth(0.7f);
    }
    chart
        .addSeries("data", sorted, level)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(Color.BLACK)
        .setLineWidth(2.5f);
    write(BitmapEncoder.getBufferedImage(chart), file);
  }

  /** Negative log likelihood over the epochs, of training and validation rows. */
  static void learning(double[] training, double[] validation, Path file) {
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(450)
            .title("negative log likelihood")
            .xAxisTitle("epoch")
            .yAxisTitle("nats a row")
            .build();
    plain(chart.getStyler());
    chart.getStyler().setLegendVisible(true);
    double[] epochs = new double[training.length];
    for (int i = 0; i < epochs.length; i++) {
      epochs[i] = i + 1;
    }
    chart.addSeries("training", epochs, training).setMarker(SeriesMarkers.NONE);
    chart.addSeries("validation", epochs, validation).setMarker(SeriesMarkers.NONE);
    write(BitmapEncoder.getBufferedImage(chart), file);
  }

  /** The first two columns of data and samples, side by side on the same axes. */
  static void scatter(double[] data, double[] samples, int columns, int most, Path file) {
    BufferedImage page = new BufferedImage(1000, 500, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    double[] range = range(data, columns);
    graphics.drawImage(
        BitmapEncoder.getBufferedImage(cloud("data", data, columns, most, range)), 0, 0, null);
    graphics.drawImage(
        BitmapEncoder.getBufferedImage(cloud("samples", samples, columns, most, range)),
        500,
        0,
        null);
    graphics.dispose();
    write(page, file);
  }

  /** A density of two columns over the range of the data, from dark to bright. */
  static void surface(UnaryOperator<double[]> logProb, double[] data, Path file) {
    double[] range = range(data, 2);
    double[] points = new double[2 * SURFACE * SURFACE];
    for (int i = 0; i < SURFACE * SURFACE; i++) {
      points[2 * i] = range[0] + (range[1] - range[0]) * (i % SURFACE + 0.5) / SURFACE;
      points[2 * i + 1] = range[3] - (range[3] - range[2]) * (i / SURFACE + 0.5) / SURFACE;
    }
    double[] heights = Arrays.stream(logProb.apply(points)).map(Math::exp).toArray();
    // A few narrow peaks must not leave the rest black.
    double top = Arrays.stream(heights).sorted().toArray()[(int) (0.99 * (heights.length - 1))];
    int side = 2 * SURFACE;
    BufferedImage page = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < side * side; i++) {
      double height = heights[i / side / 2 * SURFACE + i % side / 2];
      double share = top > 0 ? Math.min(1, height / top) : 0;
      float hue = (float) (0.7 - 0.55 * share);
      page.setRGB(i % side, i / side, Color.HSBtoRGB(hue, 0.85f, (float) (0.2 + 0.8 * share)));
    }
    write(page, file);
  }

  /** A density of one column as a curve over a histogram of the data. */
  static void curve(UnaryOperator<double[]> logProb, double[] data, String name, Path file) {
    double[] sorted = data.clone();
    Arrays.sort(sorted);
    double low = sorted[0];
    double width = Math.max(sorted[sorted.length - 1] - low, Double.MIN_NORMAL);
    double[] middles = new double[BINS];
    double[] heights = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      middles[b] = low + width * (b + 0.5) / BINS;
    }
    for (double x : data) {
      int bin = Math.min(BINS - 1, (int) ((x - low) / width * BINS));
      heights[bin] += BINS / (width * data.length);
    }
    double[] points = new double[SURFACE];
    for (int i = 0; i < points.length; i++) {
      points[i] = low + width * (i + 0.5) / points.length;
    }
    double[] density = Arrays.stream(logProb.apply(points)).map(Math::exp).toArray();
    XYChart chart =
        new XYChartBuilder().width(800).height(450).xAxisTitle(name).yAxisTitle("density").build();
    plain(chart.getStyler());
    chart.getStyler().setLegendVisible(true);
    XYSeries histogram = chart.addSeries("data", middles, heights);
    histogram.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.StepArea);
    histogram.setMarker(SeriesMarkers.NONE);
    chart.addSeries("fit", points, density).setMarker(SeriesMarkers.NONE);
    write(BitmapEncoder.getBufferedImage(chart), file);
  }

  /**
   * Pictures side by side, each the first channel of a row of numbers; from black at 0 to white at
   * a largest number.
   */
  static void grid(double[] rows, ImageShape image, double white, int across, Path file) {
    int count = rows.length / image.size();
    int down = (count + across - 1) / across;
    int cell = Math.max(1, PICTURE / Math.max(image.height(), image.width()));
    int width = image.width() * cell + GAP;
    int height = image.height() * cell + GAP;
    BufferedImage page =
        new BufferedImage(across * width + GAP, down * height + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    graphics.setColor(new Color(64, 64, 96));
    graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < image.pixels(); p++) {
        double share = rows[n * image.size() + p] / white;
        int grey = (int) Math.round(255 * Math.max(0, Math.min(1, share)));
        graphics.setColor(new Color(grey, grey, grey));
        graphics.fillRect(
            GAP + n % across * width + p % image.width() * cell,
            GAP + n / across * height + p / image.width() * cell,
            cell,
            cell);
      }
    }
    graphics.dispose();
    write(page, file);
  }

  private static double[] range(double[] data, int columns) {
    double[] range = {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE};
    for (int i = 0; i < data.length; i += columns) {
      range[0] = Math.min(range[0], data[i]);
      range[1] = Math.max(range[1], data[i]);
      range[2] = Math.min(range[2], data[i + 1]);
      range[3] = Math.max(range[3], data[i + 1]);
    }
    return range;
  }

  private static XYChart cloud(String title, double[] rows, int columns, int most, double[] range) {
    int count = Math.min(most, rows.length / columns);
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = rows[i * columns];
      y[i] = rows[i * columns + 1];
    }
    XYChart chart = new XYChartBuilder().width(500).height(500).title(title).build();
    plain(chart.getStyler());
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(2);
    chart.getStyler().setXAxisMin(range[0]).setXAxisMax(range[1]);
    chart.getStyler().setYAxisMin(range[2]).setYAxisMax(range[3]);
    chart.getStyler().setXAxisDecimalPattern(pattern(range[1] - range[0]));
    chart.getStyler().setYAxisDecimalPattern(pattern(range[3] - range[2]));
    chart.addSeries(title, x, y);
    return chart;
  }

  private static XYChart histogram(String name, double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    int last = sorted.length - 1;
    // Half a percent at either end is left out: one far draw would squeeze the rest.
    double low = last < 0 ? 0 : sorted[(int) (0.005 * last)];
    double high = last < 0 ? 0 : sorted[(int) Math.ceil(0.995 * last)];
    if (!(high - low > 1e-9 * Math.abs(low))) {
      // A constant: one bar in the middle.
      double room = Math.max(1e-6, 0.01 * Math.abs(low));
      low -= room;
      high += room;
    }
    double width = (high - low) / BINS;
    double[] x = new double[BINS];
    double[] y = new double[BINS];
    for (int b = 0; b < BINS; b++) {
      x[b] = low + (b + 0.5) * width;
    }
    for (double v : values) {
      int b = (int) Math.floor((v - low) / width);
      if (b >= 0 && b < BINS) {
        y[b] += 1 / (width * values.length);
      }
    }
    XYChart chart =
        new XYChartBuilder().width(PANEL_WIDTH).height(PANEL_HEIGHT).title(name).build();
    plain(chart.getStyler());
    chart.getStyler().setYAxisTicksVisible(false);
    chart.getStyler().setXAxisMin(low).setXAxisMax(high);
    chart.getStyler().setXAxisDecimalPattern(pattern(high - low));
    chart.getStyler().setXAxisTickMarkSpacingHint(50);
    chart.getStyler().setYAxisMin(0.0);
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(org.knowm.xchart.XYSeries.XYSeriesRenderStyle.Area);
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
    return chart;
  }

  /** Enough digits to tell the ticks of an axis of this length apart. */
  private static String pattern(double length) {
    if (!(length > 1e-6 && length < 1e6)) {
      return "0.##E0";
    }
    int digits = Math.max(0, 1 - (int) Math.floor(Math.log10(length)));
    return "0." + "#".repeat(Math.max(1, digits));
  }

  private static void plain(XYStyler styler) {
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesVisible(false);
    styler.setToolTipsEnabled(false);
    styler.setLegendPosition(Styler.LegendPosition.InsideNE);
  }

  private static void write(BufferedImage image, Path file) {
    try {
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new PplException("Picture '" + file + "' could not be written: " + e.getMessage(), e);
    }
  }
}
