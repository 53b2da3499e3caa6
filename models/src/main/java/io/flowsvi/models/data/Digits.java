package io.flowsvi.models.data;

import io.flowsvi.ppl.tensor.PplException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Small pictures of handwritten digits: the optical digits of the UCI repository, 8 by 8.
 *
 * <p>1797 pictures by 13 writers; a pixel is a count from 0 to 16, dark to bright. Alpaydin and
 * Kaynak (1998), https://doi.org/10.24432/C50P49, under CC BY 4.0.
 *
 * @param pixels [N, 64], picture by picture, row by row; not copied: do not change it
 * @param labels the digit of each picture, 0 to 9
 */
public record Digits(double[] pixels, int[] labels) {
  /** Height and width. */
  public static final int SIDE = 8;

  /** Numbers in a picture. */
  public static final int PIXELS = SIDE * SIDE;

  /** The largest count of a pixel; the smallest is 0. */
  public static final int MOST = 16;

  /** Checks that there are 64 pixels to a label. */
  public Digits {
    if (pixels.length != PIXELS * labels.length) {
      throw new PplException(
          "Digits need "
              + PIXELS
              + " pixels to a label, got "
              + pixels.length
              + " pixels and "
              + labels.length
              + " labels.");
    }
  }

  /** The bundled pictures, in the order of the file. */
  public static Digits bundled() {
    InputStream bytes = Digits.class.getResourceAsStream("digits.csv.gz");
    if (bytes == null) {
      throw new PplException("The bundled digits.csv.gz is missing. Likely fix: rebuild the jar.");
    }
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(bytes), StandardCharsets.US_ASCII))) {
      reader.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new PplException("The bundled digits cannot be read: " + e.getMessage(), e);
    }
    double[] pixels = new double[PIXELS * lines.size()];
    int[] labels = new int[lines.size()];
    for (int n = 0; n < labels.length; n++) {
      String[] cells = lines.get(n).split(",");
      for (int k = 0; k < PIXELS; k++) {
        pixels[n * PIXELS + k] = Double.parseDouble(cells[k]);
      }
      labels[n] = Integer.parseInt(cells[PIXELS]);
    }
    return new Digits(pixels, labels);
  }

  /** How many pictures there are. */
  public int count() {
    return labels.length;
  }

  /** The pictures from one number (included) to another (excluded). */
  public Digits part(int from, int to) {
    if (from < 0 || to <= from || to > count()) {
      throw new PplException(
          "There are " + count() + " pictures; none are from " + from + " to " + to + ".");
    }
    return new Digits(
        Arrays.copyOfRange(pixels, PIXELS * from, PIXELS * to),
        Arrays.copyOfRange(labels, from, to));
  }
}
