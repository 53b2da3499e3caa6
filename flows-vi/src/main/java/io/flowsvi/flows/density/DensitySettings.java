package io.flowsvi.flows.density;

import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a density is fitted.
 *
 * @param epochs the most passes through the data
 * @param batchSize rows in a step
 * @param learningRate of AdamW, at factor 1 of the schedule
 * @param schedule the factor over all steps of all epochs
 * @param weightDecay share by which parameters shrink in a step, times the rate
 * @param clipNorm gradients of a larger norm are scaled down to it
 * @param validationShare share of the rows kept aside to choose the best epoch
 * @param patience epochs without a better validation score after which the fit stops
 * @param cell width of the cells in which data are counted: uniform noise of this width is added
 *     anew in every epoch (dequantisation), and the fitted density, over a cell, bounds the cell's
 *     probability from below on average; 0 for data that are continuous
 * @param bounds between which all data lie, cells included: then their logits are fitted
 */
public record DensitySettings(
    int epochs,
    int batchSize,
    double learningRate,
    Schedule schedule,
    double weightDecay,
    double clipNorm,
    double validationShare,
    int patience,
    double cell,
    Optional<Bounds> bounds) {
  /** Checks the ranges. */
  public DensitySettings {
    require(epochs >= 1, "epochs must be at least 1", epochs);
    require(batchSize >= 1, "batchSize must be at least 1", batchSize);
    require(learningRate > 0, "learningRate must be positive", learningRate);
    require(weightDecay >= 0, "weightDecay must not be negative", weightDecay);
    require(clipNorm > 0, "clipNorm must be positive", clipNorm);
    require(
        validationShare > 0 && validationShare < 1,
        "validationShare must be between 0 and 1",
        validationShare);
    require(patience >= 1, "patience must be at least 1", patience);
    require(cell >= 0, "cell must not be negative", cell);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new PplException("DensitySettings: " + rule + ", got " + value + ".");
    }
  }

  /**
   * 100 epochs of batches of 256, a rate of 2e-3 falling along a cosine to a hundredth, decay 1e-6,
   * a tenth for validation, patience 15, no cells, no bounds.
   */
  public static DensitySettings defaults() {
    return new DensitySettings(
        100, 256, 2e-3, Schedule.cosine(0.01), 1e-6, 5, 0.1, 15, 0, Optional.empty());
  }

  /** The numbers of settings that are to differ in one. */
  private static final class Draft {
    private int epochs;
    private int batchSize;
    private double learningRate;
    private Schedule schedule;
    private double weightDecay;
    private double clipNorm;
    private double validationShare;
    private int patience;
    private double cell;
    private Optional<Bounds> bounds;
  }

  private DensitySettings with(Consumer<Draft> change) {
    Draft d = new Draft();
    d.epochs = epochs;
    d.batchSize = batchSize;
    d.learningRate = learningRate;
    d.schedule = schedule;
    d.weightDecay = weightDecay;
    d.clipNorm = clipNorm;
    d.validationShare = validationShare;
    d.patience = patience;
    d.cell = cell;
    d.bounds = bounds;
    change.accept(d);
    return new DensitySettings(
        d.epochs,
        d.batchSize,
        d.learningRate,
        d.schedule,
        d.weightDecay,
        d.clipNorm,
        d.validationShare,
        d.patience,
        d.cell,
        d.bounds);
  }

  /** With another most number of epochs. */
  public DensitySettings withEpochs(int other) {
    return with(d -> d.epochs = other);
  }

  /** With another batch size. */
  public DensitySettings withBatchSize(int other) {
    return with(d -> d.batchSize = other);
  }

  /** With another learning rate. */
  public DensitySettings withLearningRate(double other) {
    return with(d -> d.learningRate = other);
  }

  /** With another schedule of the learning rate. */
  public DensitySettings withSchedule(Schedule other) {
    return with(d -> d.schedule = other);
  }

  /** With another weight decay. */
  public DensitySettings withWeightDecay(double other) {
    return with(d -> d.weightDecay = other);
  }

  /** With another patience. */
  public DensitySettings withPatience(int other) {
    return with(d -> d.patience = other);
  }

  /** With cells of another width. */
  public DensitySettings withCell(double other) {
    return with(d -> d.cell = other);
  }

  /** With data between bounds. */
  public DensitySettings withBounds(Bounds other) {
    return with(d -> d.bounds = Optional.of(other));
  }

  /** What must agree for a fit to be continued exactly, in words. */
  String fingerprint() {
    return epochs
        + " epochs of batches of "
        + batchSize
        + " at "
        + learningRate
        + " (after half of the steps at "
        + learningRate * schedule.factor(500, 1000)
        + "), decay "
        + weightDecay
        + ", clip norm "
        + clipNorm
        + ", validation share "
        + validationShare
        + ", patience "
        + patience
        + ", cells of "
        + cell
        + bounds.map(b -> ", " + b).orElse("");
  }
}
