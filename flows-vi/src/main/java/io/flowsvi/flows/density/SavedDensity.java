package io.flowsvi.flows.density;

import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.train.Fields;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fitted density in a file: the name of its family, the columns, the standardisation and all
 * parameters. It scores and samples anywhere the family's name is known.
 *
 * @param family the name in the catalog, whose recipe makes the chain and its masks
 * @param columns names of the columns
 * @param standardizer of the training rows
 * @param epochs of the fit
 * @param seed of the starting numbers: the recipe's random permutations follow from it
 * @param parameters of the best epoch
 */
public record SavedDensity(
    String family,
    List<String> columns,
    Standardizer standardizer,
    List<EpochReport> epochs,
    Seed seed,
    Snapshot parameters) {
  private static final String SCOPE = "density";

  /** Copies the lists. */
  public SavedDensity {
    columns = List.copyOf(columns);
    epochs = List.copyOf(epochs);
    if (columns.size() != standardizer.mean().length) {
      throw new PplException(
          columns.size()
              + " names for "
              + standardizer.mean().length
              + " columns of a density: they must be as many.");
    }
  }

  /** A fit of a family, whose parameters are all in the store. */
  public static SavedDensity of(
      String family, List<String> columns, DensityFit fit, ParamStore params) {
    return new SavedDensity(
        family, columns, fit.standardizer(), fit.epochs(), params.seed(), params.snapshot());
  }

  /** Writes a file at once. */
  public void write(Path file) {
    DensityFormat.SAVED.write(
        file,
        out -> {
          out.writeUTF(family);
          out.writeInt(columns.size());
          for (String column : columns) {
            out.writeUTF(column);
          }
          DensityFormat.writeScale(out, standardizer);
          DensityFormat.writeReports(out, epochs);
          out.writeLong(seed.high());
          out.writeLong(seed.low());
          Fields.write(out, parameters);
        });
  }

  /** Reads a file. Throws a message with its name if it is missing, foreign, cut off or damaged. */
  public static SavedDensity read(Path file) {
    return DensityFormat.SAVED.read(
        file,
        in -> {
          String family = in.readUTF();
          int count = in.readInt();
          List<String> columns = new ArrayList<>();
          for (int k = 0; k < count; k++) {
            columns.add(in.readUTF());
          }
          Standardizer standardizer = DensityFormat.readScale(in);
          return new SavedDensity(
              family,
              columns,
              standardizer,
              DensityFormat.readReports(in),
              Seed.of(in.readLong(), in.readLong()),
              Fields.snapshot(in));
        });
  }

  /** The density in a session, its family found by name. */
  public DensityFit open(Session session, PriorCatalog catalog) {
    return open(session, catalog.prior(family));
  }

  /** The density in a session, with a family at hand. Throws if its parameters are others. */
  public DensityFit open(Session session, PriorFamily recipe) {
    ParamStore params = new ParamStore(seed);
    Flow flow = recipe.build(columns.size(), params.scope(scope()));
    try {
      params.restore(parameters);
    } catch (ParameterException e) {
      throw new PplException(
          "The saved density is of the family '"
              + family
              + "', but the family of this name has other parameters here: "
              + e.getMessage()
              + " Likely fix: load it with the recipe it was fitted with.",
          e);
    }
    return new DensityFit(session, params, flow, standardizer, epochs);
  }

  private String scope() {
    return parameters.shapes().keySet().stream()
        .findFirst()
        .map(path -> path.substring(0, Math.max(0, path.indexOf('/'))))
        .orElse(SCOPE);
  }
}
