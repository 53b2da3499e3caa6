package io.flowsvi.flows.density;

import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.StartsFromData;
import io.flowsvi.flows.train.Adam;
import io.flowsvi.flows.train.Moments;
import io.flowsvi.flows.train.Optimizer;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import io.flowsvi.ppl.tensor.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fits a flow to rows by maximum likelihood: Adam on shuffled batches, the best epoch by validation
 * kept, early stop.
 *
 * <p>Rows are standardised by the training part; a step whose loss or gradient is not finite is
 * left out and counted. Layers that can start from data ({@link StartsFromData}) do so. Everything
 * is keyed by the session's seed.
 */
public final class MaximumLikelihood {
  private static final double LAST_RATE = 0.01;
  private static final int STARTING_ROWS = 256;

  private MaximumLikelihood() {}

  /** Fits the flow, whose parameters are in the store; they end at the best epoch. */
  public static DensityFit fit(
      Session session,
      ParamStore params,
      Flow flow,
      Rows rows,
      DensitySettings settings,
      Consumer<EpochReport> listener) {
    return fit(session, params, EstimatedFlow.of(flow), rows, settings, listener);
  }

  /**
   * Fits a flow by estimates of its log density, and by the penalties of its layers; epochs are
   * judged by the exact one.
   */
  public static DensityFit fit(
      Session session,
      ParamStore params,
      EstimatedFlow flow,
      Rows rows,
      DensitySettings settings,
      Consumer<EpochReport> listener) {
    if (!flow.eventShape().equals(Shape.of(rows.columns()))) {
      throw new PplException(
          "The flow has events of shape "
              + flow.eventShape()
              + ", the data have "
              + rows.columns()
              + " columns. Likely fix: build the chain with Chain.of("
              + rows.columns()
              + ").");
    }
    int held = Math.max(1, (int) Math.round(settings.validationShare() * rows.count()));
    if (rows.count() - held < 2) {
      throw new PplException(
          "There are " + rows.count() + " rows, too few for training and validation.");
    }
    int[] order = rows.order(session.seed().fold("split"));
    int[] validation = Arrays.copyOf(order, held);
    int[] training = Arrays.copyOfRange(order, held, order.length);
    Seed cells = session.seed().fold("cells");
    Rows once = rows.spread(settings.cell(), cells.fold("once"));
    Standardizer standardizer = Standardizer.of(once, training);
    double[] outer = once.pick(validation);
    Rows counted = new Rows(rows.pick(training), rows.columns());
    if (flow.exact() instanceof StartsFromData starting) {
      int[] first = Arrays.copyOf(training, Math.min(training.length, STARTING_ROWS));
      starting.startFrom(session, standardizer.apply(once.pick(first)));
    }

    Moments moments = new Moments(params.size());
    Optimizer adam = Adam.standard();
    List<EpochReport> epochs = new ArrayList<>();
    Snapshot best = params.snapshot();
    double bestScore = Double.POSITIVE_INFINITY;
    int bestEpoch = -1;
    for (int epoch = 0;
        epoch < settings.epochs() && epoch - bestEpoch <= settings.patience();
        epoch++) {
      double share = (double) epoch / settings.epochs();
      double cosine = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * share));
      double rate = settings.learningRate() * cosine;
      Rows spread = counted.spread(settings.cell(), cells.fold(epoch));
      Rows inner = new Rows(standardizer.apply(spread.values()), rows.columns());
      double[] sums = pass(session, params, flow, inner, settings, adam, moments, epoch, rate);
      DensityFit now = new DensityFit(session, flow.exact(), standardizer, List.of());
      double score = -now.meanLogProb(outer);
      double trained = sums[0] / Math.max(1, sums[1]) - standardizer.logDet();
      EpochReport report = new EpochReport(epoch, trained, score, (int) sums[2]);
      epochs.add(report);
      listener.accept(report);
      if (score < bestScore) {
        bestScore = score;
        bestEpoch = epoch;
        best = params.snapshot();
      }
    }
    if (bestEpoch < 0) {
      throw new PplException(
          "No epoch had a finite validation score. Likely fix: a smaller learning rate, or softer"
              + " layers.");
    }
    params.restore(best);
    return new DensityFit(session, flow.exact(), standardizer, epochs);
  }

  /** One pass: the sum of losses, the rows counted, the steps left out. */
  private static double[] pass(
      Session session,
      ParamStore params,
      EstimatedFlow flow,
      Rows rows,
      DensitySettings settings,
      Optimizer optimizer,
      Moments moments,
      int epoch,
      double rate) {
    int[] order = rows.order(session.seed().fold("epoch").fold(epoch));
    int size = Math.min(settings.batchSize(), order.length);
    double[] gradient = new double[params.size()];
    boolean[] trained = params.trainable();
    double[] sums = new double[3];
    for (int from = 0; from < order.length; from += size) {
      int to = Math.min(order.length, from + size);
      double[] batch = rows.pick(Arrays.copyOfRange(order, from, to));
      Seed noise = session.seed().fold("estimate").fold(epoch).fold(from);
      Shape shape = Shape.of(to - from, rows.columns());
      double loss =
          session.compute(
              a ->
                  Tape.gradient(
                      params, gradient, () -> flow.score(a.tensor(batch, shape), noise).loss()));
      double norm = 0;
      for (double g : gradient) {
        norm += g * g;
      }
      norm = Math.sqrt(norm);
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        sums[2]++;
        continue;
      }
      double scale = norm > settings.clipNorm() ? settings.clipNorm() / norm : 1;
      double decay = 1 - rate * settings.weightDecay();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= scale;
        params.values()[i] *= trained[i] ? decay : 1;
      }
      optimizer.update(moments, params.values(), gradient, trained, rate);
      sums[0] += loss * (to - from);
      sums[1] += to - from;
    }
    return sums;
  }
}
