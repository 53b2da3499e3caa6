package io.flowsvi.models.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Data by name, as Stan's JSON has them: numbers, arrays, arrays of arrays.
 *
 * <p>Reading checks presence, length and finiteness, and names the key that is wrong. {@code NaN}
 * and {@code Inf} are understood as numbers first, so that the message can say where they are.
 */
public final class StanData {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String source;
  private final JsonNode root;
  private final Set<String> read = new HashSet<>();

  private StanData(String source, JsonNode root) {
    this.source = source;
    this.root = root;
    if (root == null || !root.isObject()) {
      throw new PplException(
          source
              + ": data must be one JSON object, {\"name\": value, ...}. Likely fix: wrap the"
              + " values in braces.");
    }
  }

  /** Reads a file. */
  public static StanData read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PplException(
          "Data file '" + file + "' does not exist. Likely fix: check the path.");
    }
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new PplException("Data file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads a resource beside a class. */
  public static StanData resource(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new PplException("Bundled data '" + name + "' are missing from the class path.");
      }
      return parse(name, new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads text; the source is named in messages. */
  public static StanData parse(String source, String json) {
    try {
      return new StanData(source, MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new PplException(
          source
              + ": malformed JSON"
              + place
              + ": "
              + e.getOriginalMessage()
              + ". Likely fix: mend the file there.",
          e);
    }
  }

  /** Whether there is a value of this name. */
  public boolean has(String name) {
    return root.has(name);
  }

  /** Names in the data that nobody has asked for yet: probably misspelt, or of another model. */
  public List<String> unread() {
    return names().stream().filter(name -> !read.contains(name)).toList();
  }

  /** A whole number. */
  public int integer(String name) {
    JsonNode node = get(name);
    double value = node.doubleValue();
    if (!node.isNumber() || value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw wrong(name, "must be a whole number, got " + brief(node));
    }
    return (int) value;
  }

  /** A size: a whole number of at least 1. */
  public int count(String name) {
    int value = integer(name);
    if (value < 1) {
      throw wrong(name, "is a size and must be at least 1, got " + value);
    }
    return value;
  }

  /** Numbers of a vector of known length; a plain number counts as a vector of one. */
  public double[] reals(String name, int length) {
    List<Double> values = new ArrayList<>();
    collect(name, get(name), values, "");
    if (values.size() != length) {
      throw wrong(
          name,
          "has "
              + values.size()
              + " numbers, expected "
              + length
              + ". Likely fix: check it against the sizes declared in the same file");
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** How many elements a list has; 1 for a plain number. */
  public int size(String name) {
    JsonNode node = get(name);
    return node.isArray() ? node.size() : 1;
  }

  /** Numbers of a vector of known length in which {@code null} or NaN is a hole, read as NaN. */
  public double[] withHoles(String name, int length) {
    JsonNode node = get(name);
    if (size(name) != length) {
      throw wrong(name, "has " + size(name) + " numbers, expected " + length);
    }
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      List<Double> one = new ArrayList<>();
      JsonNode element = node.get(i);
      boolean hole = element.isNull() || element.asText().equals("NaN");
      if (!hole) {
        collect(name, element, one, String.valueOf(i + 1));
      }
      values[i] = one.isEmpty() ? Double.NaN : one.get(0);
    }
    return values;
  }

  /** Numbers of a vector of known length, each above 0: standard deviations, exposures. */
  public double[] positives(String name, int length) {
    double[] values = reals(name, length);
    for (int i = 0; i < length; i++) {
      if (!(values[i] > 0)) {
        throw wrong(name, "must be positive, got " + values[i] + " at index [" + (i + 1) + "]");
      }
    }
    return values;
  }

  /** Counts of a vector of known length: whole numbers from 0. */
  public double[] counts(String name, int length) {
    double[] values = reals(name, length);
    for (int i = 0; i < length; i++) {
      if (values[i] < 0 || values[i] != Math.rint(values[i])) {
        throw wrong(
            name,
            "must hold counts (whole numbers from 0), got "
                + values[i]
                + " at index ["
                + (i + 1)
                + "]");
      }
    }
    return values;
  }

  /** Numbers of a matrix, row by row; of a single column, also a plain list. */
  public double[] matrix(String name, int rows, int columns) {
    JsonNode node = get(name);
    if (node.isArray() && node.size() != rows) {
      throw wrong(
          name,
          "has "
              + node.size()
              + " rows, expected "
              + rows
              + ". Likely fix: give one list for each row, or mend the size declared in the same"
              + " file");
    }
    for (int i = 0; i < node.size(); i++) {
      int found = node.get(i).isArray() ? node.get(i).size() : 1;
      if (found != columns) {
        throw wrong(name, "has " + found + " numbers in row " + (i + 1) + ", expected " + columns);
      }
    }
    return reals(name, rows * columns);
  }

  /** Indices that count from 1, as Stan's do, turned to count from 0. */
  public int[] indices(String name, int length, int most) {
    double[] values = reals(name, length);
    int[] indices = new int[length];
    for (int i = 0; i < length; i++) {
      if (!(values[i] >= 1 && values[i] <= most) || values[i] != Math.rint(values[i])) {
        throw wrong(
            name,
            "must hold whole numbers from 1 to "
                + most
                + ", got "
                + values[i]
                + " at index ["
                + (i + 1)
                + "]");
      }
      indices[i] = (int) values[i] - 1;
    }
    return indices;
  }

  private void collect(String name, JsonNode node, List<Double> into, String index) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(name, node.get(i), into, index + (index.isEmpty() ? "" : ",") + (i + 1));
      }
      return;
    }
    boolean number = node.isNumber();
    if (!number || !Double.isFinite(node.doubleValue())) {
      String where = index.isEmpty() ? "" : " at index [" + index + "]";
      throw wrong(
          name,
          "is "
              + brief(node)
              + where
              + ", expected a finite number. Likely fix: remove the row, or mark it missing in the"
              + " model");
    }
    into.add(node.doubleValue());
  }

  private JsonNode get(String name) {
    JsonNode node = root.get(name);
    if (node == null) {
      List<String> near = NearestName.nearest(name, names());
      String fix =
          near.isEmpty()
              ? "add \"" + name + "\""
              : "rename '" + near.get(0) + "' if that is it, or add \"" + name + "\"";
      throw new PplException(
          source
              + ": data value '"
              + name
              + "' is missing. There are: "
              + (names().isEmpty() ? "none" : String.join(", ", names()))
              + ". Likely fix: "
              + fix
              + ".");
    }
    read.add(name);
    return node;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    root.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private PplException wrong(String name, String what) {
    return new PplException(source + ": data value '" + name + "' " + what + ".");
  }

  private static String brief(JsonNode node) {
    String text = node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
