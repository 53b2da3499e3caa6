package io.flowsvi.models.vae;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * All that a trained VAE is, as plain data: its recipe, its numbers, and what they were made for.
 *
 * <p>Its file is a zip of {@code vae.json} (recipe, image size, seed, names and shapes of
 * parameters) and {@code parameters.bin} (doubles, big-endian).
 *
 * @param recipe what was run
 * @param shape of its images
 * @param seed of the session, which keys the split and the binarisation of its data
 * @param parameters the trained numbers
 */
public record TrainedVae(
    VaeRecipe recipe, VaeParts.ImageShape shape, long seed, Snapshot parameters) {
  private static final String HEADER = "vae.json";
  private static final String NUMBERS = "parameters.bin";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A run's parameters as they are. */
  public static TrainedVae of(VaeRun run) {
    return new TrainedVae(run.recipe(), run.parts().shape(), run.seed(), run.params().snapshot());
  }

  /** Writes a file. */
  public void write(Path file) {
    ObjectNode header = JSON.createObjectNode();
    header.set("recipe", JSON.valueToTree(recipe));
    header.put("height", shape.height()).put("width", shape.width()).put("levels", shape.levels());
    header.put("seed", seed);
    ObjectNode shapes = header.putObject("parameters");
    parameters.shapes().forEach((path, s) -> dims(shapes.putArray(path), s));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(HEADER));
      zip.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(header));
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry(NUMBERS));
      DataOutputStream out = new DataOutputStream(zip);
      for (double value : parameters.values()) {
        out.writeDouble(value);
      }
      out.flush();
      zip.closeEntry();
    } catch (IOException e) {
      throw new PplException("Cannot write the VAE to " + file + ": " + e.getMessage() + ".", e);
    }
  }

  private static void dims(ArrayNode array, Shape shape) {
    for (int dim : shape.dims()) {
      array.add(dim);
    }
  }

  /**
   * Reads a file. Throws {@link PplException} saying why, if it is missing, no saved VAE, or
   * damaged.
   */
  public static TrainedVae read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PplException("There is no saved VAE at " + file + ".");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(HEADER) == null || zip.getEntry(NUMBERS) == null) {
        throw new PplException(file + " is not a saved VAE: it lacks " + HEADER + ".");
      }
      JsonNode header = JSON.readTree(zip.getInputStream(zip.getEntry(HEADER)));
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(zip.getInputStream(zip.getEntry(NUMBERS))))) {
        return new TrainedVae(
            JSON.treeToValue(header.get("recipe"), VaeRecipe.class),
            new VaeParts.ImageShape(
                header.get("height").asInt(),
                header.get("width").asInt(),
                header.get("levels").asInt()),
            header.get("seed").asLong(),
            snapshot(header.get("parameters"), in));
      }
    } catch (ZipException e) {
      throw new PplException(file + " is not a saved VAE, or damaged: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new PplException("Saved VAE " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static Snapshot snapshot(JsonNode parameters, DataInputStream in) throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    int size = 0;
    for (Map.Entry<String, JsonNode> entry : parameters.properties()) {
      int[] dims = new int[entry.getValue().size()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = entry.getValue().get(i).asInt();
      }
      Shape shape = Shape.of(dims);
      shapes.put(entry.getKey(), shape);
      size += shape.size();
    }
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = in.readDouble();
    }
    return new Snapshot(shapes, values);
  }
}
