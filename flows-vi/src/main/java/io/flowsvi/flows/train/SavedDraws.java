package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.PplException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The draws of a judged fit, from a file: of every latent and derived site, without the model, its
 * data or a native library.
 *
 * <p>Unlike a {@link SavedPosterior} it holds draws, not a guide: they are corrected by importance,
 * which no guide alone could be. How they were made, and what was said of them, is kept beside
 * them.
 *
 * @param draws of each site, all equally many
 * @param record what is known of them: verdict, reason, k-hat and so on, by name
 */
public record SavedDraws(List<Draws> draws, Map<String, String> record) {
  // "flowsvd" and a byte that no text has.
  private static final SealedFile FILE = new SealedFile(0x666c6f7773766489L, 1, "file of draws");

  /** Copies both. */
  public SavedDraws {
    draws = List.copyOf(draws);
    record = Collections.unmodifiableMap(new LinkedHashMap<>(record));
    if (draws.isEmpty()) {
      throw new PplException("There are no draws to save: the model has no site of any.");
    }
  }

  /** Of every latent and derived site of a fit. */
  public static SavedDraws of(PointDraws<?> points, Map<String, String> record) {
    return new SavedDraws(points.draws(points.sites()), record);
  }

  /**
   * Reads a file that {@link #save} wrote. Throws {@link PplException} saying which file and why,
   * if it is missing, foreign, of another version, truncated or damaged.
   */
  public static SavedDraws load(Path file) {
    return FILE.read(file, SavedDraws::decode);
  }

  /** Replaces the file at once. Throws {@link PplException} if there is one of another kind. */
  public void save(Path file) {
    FILE.write(file, encode());
  }

  /** How many draws there are of each site. */
  public int count() {
    return draws.get(0).count();
  }

  /** The sites, in the model's order. */
  public List<Site> sites() {
    return draws.stream().map(Draws::site).toList();
  }

  /** The draws of a site; draw i of every site belongs together. */
  public Draws draws(Site site) {
    return draws.stream()
        .filter(d -> d.site().name().equals(site.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new PplException(
                    "No draws of site '"
                        + site.name()
                        + "' were saved; there are "
                        + sites().stream().map(Site::name).toList()
                        + "."));
  }

  /** Mean, sd, Monte-Carlo error and quantiles of every scalar. */
  public Summary summary() {
    return Summary.of(draws);
  }

  private byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(record.size());
      for (Map.Entry<String, String> entry : record.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeUTF(entry.getValue());
      }
      out.writeInt(draws.size());
      for (Draws each : draws) {
        out.writeBoolean(each.site() instanceof Derived);
        out.writeUTF(each.site().name());
        Fields.write(out, each.shape());
        for (String name : each.names()) {
          out.writeUTF(name);
        }
        Fields.write(out, each.toArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static SavedDraws decode(byte[] payload) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
    Map<String, String> record = new LinkedHashMap<>();
    int entries = Fields.count(in);
    for (int i = 0; i < entries; i++) {
      record.put(in.readUTF(), in.readUTF());
    }
    List<Draws> draws = new ArrayList<>();
    int sites = Fields.count(in);
    for (int i = 0; i < sites; i++) {
      boolean derived = in.readBoolean();
      String name = in.readUTF();
      Site site = derived ? new Derived(name) : new Latent(name);
      var shape = Fields.shape(in);
      List<String> names = new ArrayList<>();
      for (int k = 0; k < shape.size(); k++) {
        names.add(in.readUTF());
      }
      draws.add(new Draws(site, shape, names, Fields.array(in)));
    }
    return new SavedDraws(draws, record);
  }
}
