package io.flowsvi.flows.train;

import io.flowsvi.ppl.dist.SupportRecipe;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Generated;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.PlateAxis;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.SiteInfo;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bytes of a saved posterior, inside a {@link SealedFile}. */
final class PosteriorFormat {
  // "flowsvp" and a byte that no text has.
  static final SealedFile FILE = new SealedFile(0x666c6f7773767089L, 1, "saved posterior");

  private PosteriorFormat() {}

  static byte[] encode(PosteriorRecipe recipe) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeLong(recipe.seed());
      out.writeUTF(recipe.backend().name());
      out.writeUTF(recipe.precision().name());
      out.writeUTF(recipe.family());
      out.writeUTF(recipe.prefix());
      out.writeLong(recipe.start().high());
      out.writeLong(recipe.start().low());
      write(out, recipe.structure());
      out.writeInt(recipe.supports().size());
      for (Map.Entry<Latent, SupportRecipe> entry : recipe.supports().entrySet()) {
        out.writeUTF(entry.getKey().name());
        write(out, entry.getValue());
      }
      Fields.write(out, recipe.parameters());
      Fields.write(out, recipe.witness());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static PosteriorRecipe decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    long seed = in.readLong();
    Backend backend = Backend.valueOf(in.readUTF());
    Precision precision = Precision.valueOf(in.readUTF());
    String family = in.readUTF();
    String prefix = in.readUTF();
    Seed start = Seed.of(in.readLong(), in.readLong());
    ModelStructure structure = structure(in);
    Map<Latent, SupportRecipe> supports = new LinkedHashMap<>();
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      supports.put(new Latent(in.readUTF()), support(in));
    }
    PosteriorRecipe recipe =
        new PosteriorRecipe(
            seed,
            backend,
            precision,
            family,
            prefix,
            start,
            structure,
            supports,
            Fields.snapshot(in),
            Fields.array(in));
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes too many");
    }
    return recipe;
  }

  private static void write(DataOutputStream out, SupportRecipe support) throws IOException {
    out.writeUTF(support.kind());
    out.writeInt(support.bounds().size());
    for (int i = 0; i < support.bounds().size(); i++) {
      Fields.write(out, support.shapes().get(i));
      Fields.write(out, support.bounds().get(i));
    }
  }

  private static SupportRecipe support(DataInputStream in) throws IOException {
    String kind = in.readUTF();
    List<Shape> shapes = new ArrayList<>();
    List<double[]> bounds = new ArrayList<>();
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      shapes.add(Fields.shape(in));
      bounds.add(Fields.array(in));
    }
    return new SupportRecipe(kind, bounds, shapes);
  }

  private static void write(DataOutputStream out, ModelStructure structure) throws IOException {
    out.writeInt(structure.plates().size());
    for (PlateAxis plate : structure.plates()) {
      write(out, plate.plate());
      out.writeInt(plate.axis());
    }
    out.writeInt(structure.latents().size());
    for (LatentInfo latent : structure.latents()) {
      out.writeUTF(latent.site().name());
      plates(out, latent.plates());
      Fields.write(out, latent.plateShape());
      Fields.write(out, latent.event());
      Fields.write(out, latent.real());
      out.writeInt(latent.offset());
      out.writeUTF(latent.support());
    }
    out.writeInt(structure.sites().size());
    for (SiteInfo site : structure.sites()) {
      out.writeUTF(site.site().getClass().getSimpleName());
      out.writeUTF(site.site().name());
      plates(out, site.plates());
      Fields.write(out, site.plateShape());
      Fields.write(out, site.event());
      out.writeUTF(site.distribution());
    }
    Fields.write(out, structure.start());
  }

  private static ModelStructure structure(DataInputStream in) throws IOException {
    List<PlateAxis> axes = new ArrayList<>();
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      axes.add(new PlateAxis(plate(in), in.readInt()));
    }
    List<LatentInfo> latents = new ArrayList<>();
    count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      latents.add(
          new LatentInfo(
              new Latent(in.readUTF()),
              plates(in),
              Fields.shape(in),
              Fields.shape(in),
              Fields.shape(in),
              in.readInt(),
              in.readUTF()));
    }
    List<SiteInfo> sites = new ArrayList<>();
    count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      sites.add(
          new SiteInfo(
              site(in.readUTF(), in.readUTF()),
              plates(in),
              Fields.shape(in),
              Fields.shape(in),
              in.readUTF()));
    }
    return new ModelStructure(axes, latents, sites, Fields.array(in));
  }

  private static Site site(String kind, String name) throws IOException {
    return switch (kind) {
      case "Latent" -> new Latent(name);
      case "Observed" -> new Observed(name);
      case "Derived" -> new Derived(name);
      case "Factor" -> new Factor(name);
      case "Generated" -> new Generated(name);
      default -> throw new IOException("a site of kind '" + kind + "'");
    };
  }

  private static void plates(DataOutputStream out, List<Plate> plates) throws IOException {
    out.writeInt(plates.size());
    for (Plate plate : plates) {
      write(out, plate);
    }
  }

  private static List<Plate> plates(DataInputStream in) throws IOException {
    List<Plate> plates = new ArrayList<>();
    int count = Fields.count(in);
    for (int i = 0; i < count; i++) {
      plates.add(plate(in));
    }
    return plates;
  }

  private static void write(DataOutputStream out, Plate plate) throws IOException {
    out.writeUTF(plate.name());
    out.writeInt(plate.size());
    out.writeBoolean(plate.isBatch());
    if (plate.isBatch()) {
      out.writeLong(plate.fullSize());
      for (long id : plate.rowIds()) {
        out.writeInt((int) id);
      }
    }
  }

  private static Plate plate(DataInputStream in) throws IOException {
    String name = in.readUTF();
    int size = in.readInt();
    if (!in.readBoolean()) {
      return Plate.of(name, size);
    }
    long fullSize = in.readLong();
    if (size < 0 || size > in.available()) {
      throw new IOException("a plate of " + size + " rows");
    }
    int[] ids = new int[size];
    for (int i = 0; i < size; i++) {
      ids[i] = in.readInt();
    }
    return Plate.batch(name, ids, fullSize);
  }
}
