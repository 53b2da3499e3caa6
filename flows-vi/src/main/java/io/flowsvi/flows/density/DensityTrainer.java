package io.flowsvi.flows.density;

import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.SettlesOnData;
import io.flowsvi.flows.layer.StartsFromData;
import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.AdamW;
import io.flowsvi.flows.optimize.Home;
import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.flows.optimize.Optimizer;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * A maximum-likelihood fit, one epoch at a time: AdamW on shuffled batches, the best epoch by
 * validation kept, early stop.
 *
 * <p>Only a batch of rows is held at a time. Rows are standardised by the training part; a step
 * whose loss or gradient is not finite is left out and counted. Layers that can start from data
 * ({@link StartsFromData}) do so. Everything is keyed by the session's seed, so that a fit resumed
 * from a {@link DensityCheckpoint} ends at the same bits.
 */
public final class DensityTrainer {
  private static final int STARTING_ROWS = 256;

  /** Enough for means and variances to 1 percent, and no more than fits into memory. */
  private static final int SETTLING_ROWS = 20_000;

  private final Session session;
  private final ParamStore params;
  private final EstimatedFlow flow;
  private final RowSource rows;
  private final DensitySettings settings;
  private final Optimizer optimizer;
  private final int[] training;
  private final int[] validation;
  private final Standardizer standardizer;
  private final List<EpochReport> epochs = new ArrayList<>();
  private final DensityFit now;
  private DensityStep step;
  private Moments moments;
  private Snapshot best;
  private String fingerprint = "";

  /** A fit before its first epoch. Throws where flow and rows do not belong together. */
  public DensityTrainer(
      Session session,
      ParamStore params,
      EstimatedFlow flow,
      RowSource rows,
      DensitySettings settings) {
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
    this.session = session;
    this.params = params;
    params.seal();
    this.flow = flow;
    this.rows = rows;
    this.settings = settings;
    this.optimizer = new AdamW(Adam.standard(), settings.weightDecay());
    this.step = step(session, params, flow, optimizer);
    int[] order = rows.order(session.seed().fold("split"));
    this.validation = Arrays.copyOf(order, held);
    this.training = Arrays.copyOfRange(order, held, order.length);
    this.standardizer =
        Standardizer.of(rows, settings.cell(), settings.bounds(), cells().fold("scale"), training);
    if (flow.exact() instanceof StartsFromData starting) {
      int[] first = Arrays.copyOf(training, Math.min(training.length, STARTING_ROWS));
      starting.startFrom(session, standard(first, cells().fold("start")));
    }
    this.now = new DensityFit(session, params, flow.exact(), standardizer, List.of());
    this.moments = new Moments(params.size());
    this.best = params.snapshot();
  }

  private Seed cells() {
    return session.seed().fold("cells");
  }

  /** Rows on the standard scale, spread over their cells. */
  private double[] standard(int[] numbers, Seed seed) {
    return standardizer.apply(spread(rows.pick(numbers), seed));
  }

  private double[] spread(double[] picked, Seed seed) {
    return Cells.spread(picked, settings.cell(), seed);
  }

  /** Every epoch made, in order. */
  public List<EpochReport> epochs() {
    return List.copyOf(epochs);
  }

  /** Whether all epochs are made, or none was better for as long as the patience says. */
  public boolean finished() {
    return epochs.size() >= settings.epochs() || epochs.size() - bestEpoch() > settings.patience();
  }

  private int bestEpoch() {
    return epochs.stream()
        .filter(e -> Double.isFinite(e.validation()))
        .min(Comparator.comparingDouble(EpochReport::validation))
        .map(EpochReport::epoch)
        .orElse(-1);
  }

  /** One pass through the training rows. */
  public EpochReport epoch() {
    int epoch = epochs.size();
    int size = Math.min(settings.batchSize(), training.length);
    int perEpoch = (training.length + size - 1) / size;
    int[] order = order(epoch);
    double sum = 0;
    int counted = 0;
    int skipped = 0;
    for (int k = 0; k < perEpoch; k++) {
      int[] numbers = Arrays.copyOfRange(order, k * size, Math.min(order.length, (k + 1) * size));
      double loss = loss(numbers, epoch, k);
      double norm = step.norm();
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        skipped++;
        continue;
      }
      double share = norm > settings.clipNorm() ? settings.clipNorm() / norm : 1;
      long number = (long) epoch * perEpoch + k;
      double factor = settings.schedule().factor(number, (long) settings.epochs() * perEpoch);
      step.move(moments, share, settings.learningRate() * factor);
      sum += loss * numbers.length;
      counted += numbers.length;
    }
    settle(epoch);
    double reached = sum / Math.max(1, counted);
    EpochReport report = new EpochReport(epoch, reached, validate(), skipped);
    epochs.add(report);
    if (bestEpoch() == epoch) {
      best = params.snapshot();
    }
    return report;
  }

  /** Layers that keep statistics count them on the training rows, with the weights as they are. */
  private void settle(int epoch) {
    if (flow.exact() instanceof SettlesOnData settling && settling.settles()) {
      int[] first = Arrays.copyOf(training, Math.min(training.length, SETTLING_ROWS));
      settling.settle(session, standard(first, cells().fold("settle").fold(epoch)));
    }
  }

  /** The loss of a batch on the scale of the data; the step keeps its gradient. */
  private double loss(int[] numbers, int epoch, int batch) {
    double[] values = standard(numbers, cells().fold(epoch).fold(batch));
    double logDet = Arrays.stream(standardizer.logDet(values)).average().orElseThrow();
    Seed noise = session.seed().fold("estimate").fold(epoch);
    return stepped(values, numbers.length, noise, batch) - logDet;
  }

  private double stepped(double[] values, int n, Seed noise, int batch) {
    try {
      return step.loss(values, n, noise, batch);
    } catch (RecordingException e) {
      LoggerFactory.getLogger(DensityTrainer.class)
          .info("The fit runs its steps operation by operation: {}", e.getMessage());
      step = new EagerDensityStep(session, params, flow, optimizer);
      return step.loss(values, n, noise, batch);
    }
  }

  /** One call of the engine where parameters can live in its memory. */
  private static DensityStep step(
      Session session, ParamStore params, EstimatedFlow flow, Optimizer optimizer) {
    Home home = Home.of(session, params, optimizer);
    return home.residence()
        .<DensityStep>map(place -> new ScriptDensityStep(session, params, flow, home, place))
        .orElseGet(() -> new EagerDensityStep(session, params, flow, optimizer));
  }

  private int[] order(int epoch) {
    Seed seed = session.seed().fold("epoch").fold(epoch);
    int[] order = training.clone();
    org.apache.commons.rng.sampling.ArraySampler.shuffle(seed.generator(), order);
    return order;
  }

  private double validate() {
    double sum = 0;
    for (int from = 0, k = 0; from < validation.length; from += DensityFit.CHUNK, k++) {
      int[] part =
          Arrays.copyOfRange(
              validation, from, Math.min(validation.length, from + DensityFit.CHUNK));
      double[] values = spread(rows.pick(part), cells().fold("validation").fold(k));
      sum += Arrays.stream(now.logProb(values)).sum();
    }
    return -sum / validation.length;
  }

  /** The fit at its best epoch, whose parameters the store then holds. */
  public DensityFit fit() {
    if (bestEpoch() < 0) {
      throw new PplException(
          "No epoch had a finite validation score. Likely fix: a smaller learning rate, or softer"
              + " layers.");
    }
    params.restore(best);
    return now.after(epochs);
  }

  /** The state after the last epoch. */
  public DensityCheckpoint checkpoint() {
    return new DensityCheckpoint(
        fingerprint(), epochs, params.snapshot(), best, moments.copy(), flow.pace());
  }

  /** Goes on from a checkpoint. Throws where it is of another seed, of other data or settings. */
  public void resume(DensityCheckpoint checkpoint) {
    if (!checkpoint.fingerprint().equals(fingerprint())) {
      throw new PplException(
          "The checkpoint is of another fit. It was made with: "
              + checkpoint.fingerprint()
              + "; this fit has: "
              + fingerprint()
              + ". Likely fix: the same data, seed and options as before, or start afresh.");
    }
    params.restore(checkpoint.parameters());
    moments = checkpoint.moments().copy();
    best = checkpoint.best();
    flow.resume(checkpoint.pace());
    epochs.clear();
    epochs.addAll(checkpoint.epochs());
  }

  private String fingerprint() {
    // The digest reads all rows: once is enough.
    if (fingerprint.isEmpty()) {
      fingerprint = described();
    }
    return fingerprint;
  }

  private String described() {
    return session.seed()
        + ", "
        + rows.count()
        + " rows of "
        + rows.columns()
        + " (digest "
        + Long.toHexString(rows.digest())
        + "), "
        + settings.fingerprint();
  }
}
