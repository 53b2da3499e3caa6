package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.EpochReport;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes a fitted density into a folder: {@code samples.csv}, {@code summary.json}, pictures. */
public final class DensityFiles {
  private static final int PICTURE_POINTS = 4000;
  private static final int GRID = 10;

  private final Path folder;

  /** Into a folder that can be written. */
  public DensityFiles(Path folder) {
    ReportFiles.in(folder);
    this.folder = folder;
  }

  /** Writes everything; pictures of the first two columns, where there are two. */
  public void write(
      DensityFit fit,
      String flow,
      List<String> names,
      double[] data,
      double[] samples,
      double seconds) {
    int columns = names.size();
    try {
      try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("samples.csv"))) {
        out.write(String.join(",", names));
        out.newLine();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < samples.length; i++) {
          line.append(i % columns == 0 ? "" : ",").append(samples[i]);
          if (i % columns == columns - 1) {
            out.write(line.toString());
            out.newLine();
            line.setLength(0);
          }
        }
      }
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      ObjectNode root = mapper.createObjectNode();
      root.put("flow", flow);
      root.put("rows", data.length / columns);
      root.put("columns", columns);
      root.put("epochs", fit.epochs().size());
      root.put("best_epoch", fit.best().epoch());
      root.put("validation_nll", fit.best().validation());
      root.put("training_nll", fit.best().training());
      root.put("seconds", seconds);
      Files.writeString(folder.resolve("summary.json"), mapper.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new PplException(
          "The report could not be written to '" + folder + "': " + e.getMessage(), e);
    }
    double[] training = fit.epochs().stream().mapToDouble(EpochReport::training).toArray();
    double[] validation = fit.epochs().stream().mapToDouble(EpochReport::validation).toArray();
    Pictures.learning(training, validation, folder.resolve("learning.png"));
    if (columns >= 2) {
      Pictures.scatter(data, samples, columns, PICTURE_POINTS, folder.resolve("samples.png"));
    }
  }

  /** Replaces the picture of samples by grids of images: {@code samples.png}, {@code data.png}. */
  public void writeImages(ImageShape image, double white, double[] data, double[] samples) {
    int most = GRID * GRID * image.size();
    double[] drawn = Arrays.copyOf(samples, Math.min(samples.length, most));
    double[] given = Arrays.copyOf(data, Math.min(data.length, most));
    Pictures.grid(drawn, image, white, GRID, folder.resolve("samples.png"));
    Pictures.grid(given, image, white, GRID, folder.resolve("data.png"));
  }
}
