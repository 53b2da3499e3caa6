package io.flowsvi.flows.train;

import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Averaging;
import io.flowsvi.flows.optimize.Optimizer;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.flows.optimize.Signature;
import io.flowsvi.ppl.tensor.PplException;
import java.util.function.Consumer;

/**
 * How a fit runs. {@link #defaults} suits most models; change single things with the {@code with}
 * methods.
 *
 * <p>A fit runs at the scheduled rate until its ELBO stops rising or its steps come to an end; then
 * the rate falls along half a cosine to a hundredth during {@code coolingSteps}, which takes the
 * noise of the last steps out of the parameters.
 *
 * @param steps the most steps to make, cooling included
 * @param learningRate the rate at factor 1 of the schedule
 * @param schedule the factor over the steps, before cooling
 * @param optimizer how gradients become steps
 * @param clipNorm gradients of a larger Euclidean norm are scaled down to it
 * @param coolingSteps how many steps the last, cooling phase has; 0 for none
 * @param evaluateEvery steps between two estimates of the ELBO on draws that training never saw
 * @param evaluationDraws how many such draws
 * @param convergence when the ELBO counts as no longer rising
 * @param retries how often a step that is not finite is retried with half the rate
 * @param averaging whether the fit reports its iterates or a mean of them
 * @param execution compiled where possible, or eager
 * @param threads how many threads share the particles of a compiled step that is long enough; the
 *     numbers are the same to the bit
 */
public record SviSettings(
    long steps,
    double learningRate,
    Schedule schedule,
    Optimizer optimizer,
    double clipNorm,
    long coolingSteps,
    long evaluateEvery,
    int evaluationDraws,
    StoppingRule convergence,
    int retries,
    Averaging averaging,
    Execution execution,
    int threads) {
  /** Checks each value. */
  public SviSettings {
    require(steps >= 1, "steps must be at least 1", steps);
    require(
        learningRate > 0 && learningRate < Double.POSITIVE_INFINITY,
        "learningRate must be positive",
        learningRate);
    require(clipNorm > 0, "clipNorm must be positive (infinite for no clipping)", clipNorm);
    require(coolingSteps >= 0, "coolingSteps must not be negative", coolingSteps);
    require(evaluateEvery >= 1, "evaluateEvery must be at least 1", evaluateEvery);
    require(evaluationDraws >= 2, "evaluationDraws must be at least 2", evaluationDraws);
    require(retries >= 0, "retries must not be negative", retries);
    require(threads >= 1, "threads must be at least 1", threads);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new PplException("SviSettings: " + rule + ", got " + value + ".");
    }
  }

  /** At most 20,000 Adam steps at 0.01, the last 3,000 cooling, stopped when converged. */
  public static SviSettings defaults() {
    return new SviSettings(
        20_000,
        0.01,
        Schedule.constant().warmUp(50),
        Adam.standard(),
        10,
        3_000,
        250,
        1_000,
        Convergence.standard(),
        8,
        Averaging.none(),
        Execution.COMPILED,
        1);
  }

  /** The settings while some change. */
  private static final class Draft {
    private long steps;
    private double learningRate;
    private Schedule schedule;
    private Optimizer optimizer;
    private double clipNorm;
    private long coolingSteps;
    private long evaluateEvery;
    private int evaluationDraws;
    private StoppingRule convergence;
    private int retries;
    private Averaging averaging;
    private Execution execution;
    private int threads;

    Draft(SviSettings from) {
      steps = from.steps;
      learningRate = from.learningRate;
      schedule = from.schedule;
      optimizer = from.optimizer;
      clipNorm = from.clipNorm;
      coolingSteps = from.coolingSteps;
      evaluateEvery = from.evaluateEvery;
      evaluationDraws = from.evaluationDraws;
      convergence = from.convergence;
      retries = from.retries;
      averaging = from.averaging;
      execution = from.execution;
      threads = from.threads;
    }

    SviSettings settings() {
      return new SviSettings(
          steps,
          learningRate,
          schedule,
          optimizer,
          clipNorm,
          coolingSteps,
          evaluateEvery,
          evaluationDraws,
          convergence,
          retries,
          averaging,
          execution,
          threads);
    }
  }

  private SviSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** With another most number of steps; cooling takes at most a third of them. */
  public SviSettings withSteps(long other) {
    return with(
        d -> {
          d.steps = other;
          d.coolingSteps = Math.min(coolingSteps, other / 3);
        });
  }

  /** With another learning rate. */
  public SviSettings withLearningRate(double other) {
    return with(d -> d.learningRate = other);
  }

  /** With another schedule. */
  public SviSettings withSchedule(Schedule other) {
    return with(d -> d.schedule = other);
  }

  /** With another optimizer. */
  public SviSettings withOptimizer(Optimizer other) {
    return with(d -> d.optimizer = other);
  }

  /** With another largest gradient norm. */
  public SviSettings withClipNorm(double other) {
    return with(d -> d.clipNorm = other);
  }

  /** With another number of cooling steps. */
  public SviSettings withCoolingSteps(long other) {
    return with(d -> d.coolingSteps = other);
  }

  /** With so many steps between evaluations, each on so many draws. */
  public SviSettings withEvaluation(long every, int draws) {
    return with(
        d -> {
          d.evaluateEvery = every;
          d.evaluationDraws = draws;
        });
  }

  /** With another rule of convergence. */
  public SviSettings withConvergence(StoppingRule other) {
    return with(d -> d.convergence = other);
  }

  /** With another number of retries of a step that is not finite. */
  public SviSettings withRetries(int other) {
    return with(d -> d.retries = other);
  }

  /** With a mean of iterates, or none. */
  public SviSettings withAveraging(Averaging other) {
    return with(d -> d.averaging = other);
  }

  /** With steps executed in another way. */
  public SviSettings withExecution(Execution other) {
    return with(d -> d.execution = other);
  }

  /**
   * With so many threads for the particles of a step. Parts of them are of a size that depends on
   * the step alone; short steps, and objectives that weigh particles against each other, stay
   * whole.
   */
  public SviSettings withThreads(int other) {
    return with(d -> d.threads = other);
  }

  /** The last step before cooling, if nothing converges earlier. */
  long mainSteps() {
    return Math.max(0, steps - coolingSteps);
  }

  /** What must agree for a fit to be continued exactly, in words. */
  String fingerprint() {
    return "learning rate "
        + learningRate
        + ", schedule "
        + Signature.of(schedule)
        + ", optimizer "
        + Signature.of(optimizer)
        + ", clip norm "
        + clipNorm
        + ", evaluations every "
        + evaluateEvery
        + " on "
        + evaluationDraws
        + " draws"
        + ", "
        + convergence
        + ", cooling steps "
        + coolingSteps
        + ", steps "
        + steps
        + ", "
        + averaging;
  }
}
