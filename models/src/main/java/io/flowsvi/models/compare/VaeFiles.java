package io.flowsvi.models.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.flowsvi.models.vae.VaeGallery;
import io.flowsvi.models.vae.VaeRecipe;
import io.flowsvi.models.vae.VaeResult;
import io.flowsvi.models.vae.score.VaeScores;
import io.flowsvi.ppl.tensor.PplException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The results of a VAE comparison in a folder: {@code results.md}, {@code results.txt}, {@code
 * results.json}, and {@code page.html}, one page with all pictures inside, which opens without a
 * network.
 */
public final class VaeFiles {
  private static final int ZOOM_TO = 480;

  private VaeFiles() {}

  /**
   * Writes the files of a comparison.
   *
   * @param how what the table was made by
   */
  public static void write(Path folder, VaeTable table, VaeRecipe recipe, Provenance how) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("results.txt"), recipe + "\n\n" + table);
      Files.writeString(folder.resolve("results.md"), VaeMarkdown.of(table, recipe, how));
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(folder.resolve("results.json").toFile(), json(table));
      Files.writeString(folder.resolve("page.html"), page(table, recipe));
    } catch (IOException e) {
      throw new PplException("Cannot write to " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  private static List<Map<String, Object>> json(VaeTable table) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (VaeResult run : table.results()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("recipe", run.recipe().toString());
      one.put("flow", run.recipe().flow());
      one.put("seed", run.seed());
      one.put("parameters", run.parameters());
      one.put("best epoch", run.bestEpoch());
      one.put("epochs", run.epochs());
      one.put("training seconds", run.seconds());
      one.put("scoring seconds", run.testSeconds());
      one.put("test images", run.scores().images());
      one.put("-ELBO", -run.scores().meanElbo().value());
      one.put("-ELBO standard error", run.scores().meanElbo().standardError());
      one.put("-reconstruction", -run.scores().meanReconstruction());
      one.put("KL", run.scores().meanKl());
      for (int samples : run.scores().sampleCounts()) {
        VaeScores scores = run.scores().scoredWith(samples);
        String nll = "NLL, " + samples + " samples";
        one.put(nll, -scores.meanBound().value());
        one.put(nll + ", standard error", scores.meanBound().standardError());
        one.put(nll + ", images", scores.images());
        one.put(nll + ", bits per dimension", scores.bitsPerDimension());
      }
      one.put("-ELBO bits per dimension", run.scores().elboBitsPerDimension());
      one.put("active units", run.scores().activeUnits());
      one.put("share of images with k-hat above 0.7", run.scores().unreliable());
      one.put("ELBO gain over baseline", table.gain(run).value());
      one.put("ELBO gain standard error", table.gain(run).standardError());
      one.put("validation ELBO by epoch", run.validation());
      all.add(one);
    }
    return all;
  }

  private static String page(VaeTable table, VaeRecipe recipe) throws IOException {
    StringBuilder html = new StringBuilder();
    html.append(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>VAE"
            + " posteriors</title><style>body{font-family:sans-serif;max-width:64em;margin:2em"
            + " auto}pre{overflow-x:auto;"
            + "background:#f4f4f4;padding:1em}img{image-rendering:pixelated;margin:0.3em}"
            + "figure{display:inline-block;margin:0.5em}figcaption{font-size:0.9em}</style></head><body>");
    html.append("<h1>VAE on ").append(escape(recipe.data())).append("</h1>");
    html.append("<p>").append(escape(recipe.toString())).append("</p>");
    html.append("<pre>").append(escape(table.toString())).append("</pre>");
    html.append("<h2>Validation ELBO by epoch</h2>");
    html.append(image(BitmapEncoder.getBufferedImage(curves(table)), "learning curves"));
    for (VaeResult run : table.results()) {
      if (run.seed() == table.results().get(0).seed()) {
        VaeGallery g = run.gallery();
        html.append("<h2>").append(escape(run.recipe().flow())).append("</h2>");
        double[] both = new double[g.originals().length + g.reconstructions().length];
        System.arraycopy(g.originals(), 0, both, 0, g.originals().length);
        System.arraycopy(
            g.reconstructions(), 0, both, g.originals().length, g.reconstructions().length);
        html.append(figure(g, both, "test images and their reconstructions"));
        html.append(figure(g, g.samples(), "drawn from the prior"));
        html.append(figure(g, g.interpolations(), "between pairs of test images"));
        html.append(figure(g, g.traversals(), "one latent a row, from -3 to 3"));
      }
    }
    return html.append("</body></html>\n").toString();
  }

  private static XYChart curves(VaeTable table) {
    XYChart chart =
        new XYChartBuilder().width(760).height(420).xAxisTitle("epoch").yAxisTitle("nats").build();
    chart.getStyler().setXAxisDecimalPattern("0");
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (VaeResult run : table.results()) {
      double[] y = run.validation().stream().mapToDouble(v -> v).toArray();
      double[] x = new double[y.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = i;
        highest = Math.max(highest, y[i]);
      }
      lowest = Math.min(lowest, y[y.length / 4]);
      String name = run.recipe().flow() + ", seed " + run.seed();
      chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
    }
    // The first epochs would flatten what matters.
    if (lowest < highest) {
      chart.getStyler().setYAxisMin(lowest - 0.2 * (highest - lowest));
      chart.getStyler().setYAxisMax(highest + 0.1 * (highest - lowest));
    }
    return chart;
  }

  private static String figure(VaeGallery g, double[] pixels, String caption) throws IOException {
    return "<figure>"
        + image(grid(g, pixels), caption)
        + "<figcaption>"
        + caption
        + "</figcaption></figure>";
  }

  /** Images side by side, {@link VaeGallery#COLUMNS} in a row, with a line between. */
  static BufferedImage grid(VaeGallery g, double[] pixels) {
    int each = g.height() * g.width();
    int count = pixels.length / each;
    int columns = Math.min(count, VaeGallery.COLUMNS);
    int rows = (count + columns - 1) / columns;
    int zoom = Math.max(1, ZOOM_TO / (columns * (g.width() + 1)));
    int cellWidth = g.width() * zoom + 1;
    int cellHeight = g.height() * zoom + 1;
    BufferedImage grid =
        new BufferedImage(columns * cellWidth, rows * cellHeight, BufferedImage.TYPE_BYTE_GRAY);
    for (int n = 0; n < count; n++) {
      for (int y = 0; y < g.height() * zoom; y++) {
        for (int x = 0; x < g.width() * zoom; x++) {
          double p = pixels[n * each + y / zoom * g.width() + x / zoom];
          int grey = (int) Math.round(255 * Math.max(0, Math.min(1, p)));
          int at = n % columns * cellWidth + x;
          grid.setRGB(at, n / columns * cellHeight + y, grey << 16 | grey << 8 | grey);
        }
      }
    }
    return grid;
  }

  private static String image(BufferedImage picture, String alt) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return String.format(
        Locale.ROOT,
        "<img alt=\"%s\" src=\"data:image/png;base64,%s\">",
        escape(alt),
        Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
