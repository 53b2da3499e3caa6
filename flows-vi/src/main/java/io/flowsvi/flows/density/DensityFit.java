package io.flowsvi.flows.density;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A fitted density: scores and samples on the scale of the data.
 *
 * <p>Uses the session and the parameters of the fit, which hold the best epoch's numbers.
 */
public final class DensityFit {
  /**
   * Rows scored or drawn at once. What a solver's evaluations leave in an arena stays until its
   * end: 130 evaluations of 128 units are 4 GB for 4,096 rows, half a GB for these.
   */
  static final int CHUNK = 512;

  private final Session session;
  private final Flow flow;
  private final RowScores scores;
  private final Standardizer standardizer;
  private final List<EpochReport> epochs;

  DensityFit(
      Session session,
      ParamStore params,
      Flow flow,
      Standardizer standardizer,
      List<EpochReport> epochs) {
    this(session, flow, new RowScores(session, params, flow), standardizer, epochs);
  }

  private DensityFit(
      Session session,
      Flow flow,
      RowScores scores,
      Standardizer standardizer,
      List<EpochReport> epochs) {
    this.session = session;
    this.flow = flow;
    this.scores = scores;
    this.standardizer = standardizer;
    this.epochs = List.copyOf(epochs);
  }

  /** The same after these passes, or with parameters that changed meanwhile. */
  DensityFit after(List<EpochReport> passes) {
    return new DensityFit(session, flow, scores, standardizer, passes);
  }

  /** Every pass, in order. */
  public List<EpochReport> epochs() {
    return epochs;
  }

  /** The pass with the best validation score. */
  public EpochReport best() {
    return epochs.stream()
        .min(java.util.Comparator.comparingDouble(EpochReport::validation))
        .orElseThrow();
  }

  /** The standardisation of the training rows. */
  public Standardizer standardizer() {
    return standardizer;
  }

  /** The flow itself, a density on the standard scale: usable as a prior. */
  public Flow flow() {
    return flow;
  }

  /**
   * The fitted density as a distribution of a model, on the scale of the data: a prior, or a
   * likelihood. Frozen where its parameters are not among those of the model's own fit, or are
   * frozen there; fine-tuned with the rest otherwise.
   */
  public Flow distribution() {
    return new Rescaled(flow, standardizer);
  }

  /** log p of each row, in nats. */
  public double[] logProb(double[] rows) {
    int columns = standardizer.mean().length;
    if (rows.length % columns != 0) {
      throw new PplException(
          rows.length + " numbers are no whole rows of " + columns + " columns.");
    }
    double[] standard = standardizer.apply(rows);
    double[] logDet = standardizer.logDet(standard);
    double[] all = scores.of(standard, columns);
    for (int i = 0; i < all.length; i++) {
      all[i] += logDet[i];
    }
    return all;
  }

  /** log p of each row of a table, in nats; counted data are spread over their cells. */
  public double[] logProb(RowSource rows, double cell, Seed seed) {
    int columns = standardizer.mean().length;
    if (rows.columns() != columns) {
      throw new PplException(
          "The rows have "
              + rows.columns()
              + " columns, the density has "
              + columns
              + ". Likely fix: score rows of the columns it was fitted to.");
    }
    double[] all = new double[rows.count()];
    for (int from = 0; from < all.length; from += CHUNK) {
      int count = Math.min(CHUNK, all.length - from);
      double[] part = rows.pick(IntStream.range(from, from + count).toArray());
      double[] scores = logProb(Cells.spread(part, cell, seed.fold(from)));
      System.arraycopy(scores, 0, all, from, count);
    }
    return all;
  }

  /** The mean log p of rows, in nats a row. */
  public double meanLogProb(double[] rows) {
    return Arrays.stream(logProb(rows)).average().orElse(Double.NaN);
  }

  /** n rows drawn from the fitted density, keyed by a seed. */
  public double[] sample(int n, Seed seed) {
    int columns = standardizer.mean().length;
    double[] all = new double[n * columns];
    for (int from = 0, chunk = 0; from < n; from += CHUNK, chunk++) {
      int count = Math.min(CHUNK, n - from);
      Seed key = seed.fold(chunk);
      double[] part = session.compute(a -> flow.sample(key, Shape.of(count)).toDoubles());
      System.arraycopy(standardizer.undo(part), 0, all, from * columns, part.length);
    }
    return all;
  }
}
