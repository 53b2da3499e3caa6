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
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;

  /** Into a folder that can be written. */
  public DensityFiles(Path folder) {
    ReportFiles.in(folder);
    this.folder = folder;
  }

  /** Writes samples, summary and pictures; the data are some rows of those fitted. */
  public void write(Fitted fitted, double[] data, double[] samples) {
    DensityFit fit = fitted.fit();
    int columns = fitted.names().size();
    table("samples.csv", fitted.names(), samples);
    ObjectNode root = MAPPER.createObjectNode();
    root.put("flow", fitted.flow());
    root.put("rows", fitted.rows());
    root.put("columns", columns);
    root.put("epochs", fit.epochs().size());
    root.put("best_epoch", fit.best().epoch());
    root.put("validation_nll", fit.best().validation());
    root.put("training_nll", fit.best().training());
    root.put("seconds", fitted.seconds());
    try {
      Files.writeString(folder.resolve("summary.json"), MAPPER.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw failed(e);
    }
    double[] training = fit.epochs().stream().mapToDouble(EpochReport::training).toArray();
    double[] validation = fit.epochs().stream().mapToDouble(EpochReport::validation).toArray();
    Pictures.learning(training, validation, folder.resolve("learning.png"));
    if (columns == 1) {
      Path file = folder.resolve("density.png");
      Pictures.curve(fit::logProb, data, fitted.names().get(0), file);
    } else {
      Pictures.scatter(data, samples, columns, PICTURE_POINTS, folder.resolve("samples.png"));
    }
    if (columns == 2) {
      Pictures.surface(fit::logProb, data, folder.resolve("density.png"));
    }
  }

  /**
   * What was fitted.
   *
   * @param fit the density
   * @param flow the name of its family
   * @param names of the columns
   * @param rows how many there were
   * @param seconds the fit took
   */
  public record Fitted(DensityFit fit, String flow, List<String> names, int rows, double seconds) {}

  /** Writes log p of rows, one a line: {@code scores.csv}. */
  public void writeScores(double[] scores) {
    table("scores.csv", List.of("log_prob"), scores);
  }

  /** Writes samples only: {@code samples.csv}. */
  public void writeSamples(List<String> names, double[] samples) {
    table("samples.csv", names, samples);
  }

  private void table(String file, List<String> names, double[] numbers) {
    int columns = names.size();
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve(file))) {
      out.write(String.join(",", names));
      out.newLine();
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < numbers.length; i++) {
        line.append(i % columns == 0 ? "" : ",").append(numbers[i]);
        if (i % columns == columns - 1) {
          out.write(line.toString());
          out.newLine();
          line.setLength(0);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PplException failed(IOException e) {
    return new PplException(
        "The report could not be written to '" + folder + "': " + e.getMessage(), e);
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
