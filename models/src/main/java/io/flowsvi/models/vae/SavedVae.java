package io.flowsvi.models.vae;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.models.image.Images;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
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
 * A trained VAE in a file: encodes, decodes and draws images on any backend, plain Java included.
 *
 * <p>The file is a zip of {@code vae.json} (recipe, image size, names and shapes of parameters) and
 * {@code parameters.bin} (doubles, big-endian). Parts that users added are found by their names in
 * the catalog.
 */
public final class SavedVae {
  private static final String HEADER = "vae.json";
  private static final String NUMBERS = "parameters.bin";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Session session;
  private final VaeRecipe recipe;
  private final VaeParts parts;
  private final ModelStructure structure;
  private final ParamStore params;

  private SavedVae(
      Session session,
      VaeRecipe recipe,
      VaeParts parts,
      ModelStructure structure,
      ParamStore params) {
    this.session = session;
    this.recipe = recipe;
    this.parts = parts;
    this.structure = structure;
    this.params = params;
  }

  /** Writes a run's parameters as they are. */
  public static void save(VaeRun run, Path file) {
    VaeParts.ImageShape shape = run.parts().shape();
    ObjectNode header = JSON.createObjectNode();
    header.set("recipe", JSON.valueToTree(run.recipe()));
    header.put("height", shape.height()).put("width", shape.width()).put("levels", shape.levels());
    ObjectNode shapes = header.putObject("parameters");
    Snapshot snapshot = run.params().snapshot();
    snapshot.shapes().forEach((path, s) -> dims(shapes.putArray(path), s));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(HEADER));
      zip.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(header));
      zip.closeEntry();
      zip.putNextEntry(new ZipEntry(NUMBERS));
      DataOutputStream out = new DataOutputStream(zip);
      for (double value : snapshot.values()) {
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
   * Reads a file for use in a session, with parts from a catalog. Throws {@link PplException}
   * saying why, if it is missing, no saved VAE, damaged, or names parts that the catalog does not
   * have.
   */
  public static SavedVae load(Path file, Session session, VaeCatalog catalog) {
    if (!Files.isRegularFile(file)) {
      throw new PplException("There is no saved VAE at " + file + ".");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(HEADER) == null || zip.getEntry(NUMBERS) == null) {
        throw new PplException(file + " is not a saved VAE: it lacks " + HEADER + ".");
      }
      JsonNode header = JSON.readTree(zip.getInputStream(zip.getEntry(HEADER)));
      VaeRecipe recipe = JSON.treeToValue(header.get("recipe"), VaeRecipe.class);
      VaeParts.ImageShape shape =
          new VaeParts.ImageShape(
              header.get("height").asInt(),
              header.get("width").asInt(),
              header.get("levels").asInt());
      ParamStore params = new ParamStore(Seed.of(0));
      VaeParts parts = VaeParts.build(params, shape, catalog, recipe, 1);
      try (DataInputStream in =
          new DataInputStream(
              new java.io.BufferedInputStream(zip.getInputStream(zip.getEntry(NUMBERS))))) {
        params.restore(snapshot(header.get("parameters"), in));
      }
      Images blank = new Images(new float[shape.each()], new int[] {0});
      ModelStructure structure = ModelStructure.of(session, parts.vae().model(), blank);
      return new SavedVae(session, recipe, parts, structure, params);
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

  /** What was run. */
  public VaeRecipe recipe() {
    return recipe;
  }

  /** The parts, on the loaded parameters. */
  public VaeParts parts() {
    return parts;
  }

  /** The loaded parameters. */
  public Snapshot parameters() {
    return params.snapshot();
  }

  /** One draw of each image's latent vector, {@code [count, D]}. */
  public double[] encode(Images images, Seed seed) {
    return session.compute(
        arena ->
            parts
                .guide(structure)
                .propose(new ArenaInputs(), images, 1, seed)
                .values()
                .reals()
                .get(Vae.Z)
                .toDoubles());
  }

  /** The mean images of latent vectors {@code [count, D]}: {@code [count, P]}, from 0 to 1. */
  public double[] decode(double[] latents) {
    int dim = parts.chain().dim();
    if (latents.length == 0 || latents.length % dim != 0) {
      throw new PplException(
          "This VAE has latent vectors of " + dim + " numbers; got " + latents.length + " in all.");
    }
    return session.compute(
        arena ->
            parts.pictures(arena.tensor(latents, Shape.of(latents.length / dim, dim))).toDoubles());
  }

  /** Mean images of n draws from the prior, {@code [n, P]}, from 0 to 1. */
  public double[] sample(int n, Seed seed) {
    return decode(
        session.compute(arena -> parts.vae().prior().sample(seed, Shape.of(n)).toDoubles()));
  }
}
