package io.flowsvi.ppl.model;

import io.flowsvi.ppl.compile.Rehearsal;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What a model consists of, learnt by running it once: plates and their axes, latents and their
 * shapes, a finite starting point.
 *
 * @param plates every plate with its axis
 * @param latents every latent, in the order of the model, at its place in the flat vector
 * @param sites every site, in the order of the model
 * @param start a point of unconstrained space with a finite log density, of length {@link #dim}
 */
public record ModelStructure(
    List<PlateAxis> plates, List<LatentInfo> latents, List<SiteInfo> sites, double[] start) {
  /** Copies everything. */
  public ModelStructure {
    plates = List.copyOf(plates);
    latents = List.copyOf(latents);
    sites = List.copyOf(sites);
    start = start.clone();
  }

  /** Runs the model on its data and learns its structure. */
  public static <D> ModelStructure of(Session session, Model<D> model, D data) {
    if (session.settings().backend() == Backend.JAVA) {
      Rehearsal.begin();
    }
    return Discovery.run(session, model, data, Map.of());
  }

  /** As {@link #of}, starting at these values of event space (plates, then event, row-major). */
  public static <D> ModelStructure startingAt(
      Session session, Model<D> model, D data, Map<Latent, double[]> initialValues) {
    return Discovery.run(session, model, data, initialValues);
  }

  /** The discrete latents: summed out of the density, drawn afterwards. */
  public List<Latent> discrete() {
    List<Latent> found = new ArrayList<>();
    for (SiteInfo info : sites) {
      if (info.site() instanceof Latent latent
          && latents.stream().noneMatch(l -> l.site().equals(latent))) {
        found.add(latent);
      }
    }
    return found;
  }

  /** The continuous latents and the derived sites, in the model's order: what reports show. */
  public List<Site> reported() {
    List<Latent> discrete = discrete();
    return sites.stream()
        .map(SiteInfo::site)
        .filter(s -> s instanceof Latent || s instanceof Derived)
        .filter(s -> !(s instanceof Latent l && discrete.contains(l)))
        .toList();
  }

  /** The dimension of unconstrained space. */
  public int dim() {
    return LatentInfo.size(latents);
  }

  @Override
  public double[] start() {
    return start.clone();
  }

  /**
   * How many plate axes there are; at least one, so that a scalar is {@code [S, 1]} and can never
   * be mistaken for a row of data.
   */
  public int plateRank() {
    int rank = 1;
    for (PlateAxis plate : plates) {
      rank = Math.max(rank, plate.axis() + 1);
    }
    return rank;
  }

  Layout layout() {
    Map<String, Integer> axes = new LinkedHashMap<>();
    for (PlateAxis plate : plates) {
      axes.put(plate.plate().name(), plate.axis());
    }
    return new Layout(axes, plateRank());
  }

  /** Cuts flat unconstrained vectors {@code [S, dim]} into one tensor per latent. */
  public Assignment assign(Tensor flat) {
    if (flat.shape().rank() != 2 || flat.shape().dim(1) != dim()) {
      throw new ShapeException(
          "Unconstrained values must be [S, " + dim() + "], got " + flat.shape() + ".");
    }
    Map<Latent, Tensor> reals = new LinkedHashMap<>();
    for (LatentInfo info : latents) {
      Tensor part = flat.slice(1, info.offset(), info.offset() + info.size());
      Shape shape = Shape.of(flat.shape().dim(0)).append(info.plateShape()).append(info.real());
      reals.put(info.site(), part.reshape(shape));
    }
    return new Assignment(reals);
  }

  /** The flat vectors {@code [S, D]} of an assignment: what {@link #assign} cuts. */
  public Tensor flatten(Assignment values) {
    List<Tensor> parts = new ArrayList<>();
    for (LatentInfo info : latents) {
      Tensor real = values.reals().get(info.site());
      if (real == null) {
        throw new PplException(
            "No value for latent '" + info.site().name() + "' was given to score.");
      }
      parts.add(real.reshape(Shape.of(real.shape().dim(0), info.size())));
    }
    return Tensor.concat(parts, 1);
  }

  /**
   * The structure with some of the latents only, in the model's order, at new places in a shorter
   * flat vector: for the guide of a block. Throws {@link PplException} naming a latent it has not.
   */
  public ModelStructure part(List<Latent> some) {
    for (Latent wanted : some) {
      if (latents.stream().noneMatch(l -> l.site().equals(wanted))) {
        throw new PplException(
            "The model has no latent '"
                + wanted.name()
                + "'. It has "
                + latents.stream().map(l -> l.site().name()).toList()
                + ".");
      }
    }
    List<LatentInfo> kept = new ArrayList<>();
    double[] from = new double[dim()];
    int at = 0;
    for (LatentInfo l : latents) {
      if (some.contains(l.site())) {
        System.arraycopy(start, l.offset(), from, at, l.size());
        kept.add(
            new LatentInfo(
                l.site(), l.plates(), l.plateShape(), l.event(), l.real(), at, l.support()));
        at += l.size();
      }
    }
    return new ModelStructure(plates, kept, sites, Arrays.copyOf(from, at));
  }

  int particles(Assignment values) {
    for (Tensor real : values.reals().values()) {
      return real.shape().dim(0);
    }
    return 1;
  }

  /** The site of this name. */
  public SiteInfo site(String name) {
    return sites.stream()
        .filter(s -> s.site().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new PplException(
                    "The model has no site '"
                        + name
                        + "'. It has "
                        + sites.stream().map(s -> s.site().name()).toList()
                        + "."));
  }

  /**
   * A short text that two models share only if they have the same sites in the same plates: kept
   * with saved fits. Sizes of batches, which change from step to step, are left out.
   */
  public String fingerprint() {
    StringBuilder text = new StringBuilder();
    for (SiteInfo s : sites) {
      text.append(s.site()).append(s.distribution()).append(s.event());
      s.plates().forEach(p -> text.append(p.name()).append(p.isBatch() ? p.fullSize() : p.size()));
      text.append(';');
    }
    latents.forEach(l -> text.append(l.support()).append(l.real()));
    CRC32 sum = new CRC32();
    sum.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return String.format("%d sites, %08x", sites.size(), sum.getValue());
  }

  /** A table of sites: name, kind, distribution, plates, shape. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-20s %-10s %-20s %-24s %s%n", "site", "kind", "distribution", "plates", "event"));
    for (SiteInfo s : sites) {
      String kind = s.site().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
      text.append(
          String.format(
              "%-20s %-10s %-20s %-24s %s%n",
              s.site().name(), kind, s.distribution(), s.plates(), s.event()));
    }
    return text.append(String.format("unconstrained dimension %d%n", dim())).toString();
  }
}
