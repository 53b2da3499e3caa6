package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.LaplaceGuide;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.optimize.Signature;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Snapshot;
import io.flowsvi.ppl.vector.Width;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Stochastic variational inference: fits a guide to a model's posterior, a step at a time.
 *
 * <p>A step draws particles, scores them, and moves the parameters along the clipped gradient. A
 * step that is not finite takes the last update back, makes it again at half the rate and is
 * retried; when that does not help either, {@link NonFiniteException} names the site and carries
 * the best fit so far. From time to time the ELBO is estimated on draws that training never saw,
 * always the same, so that estimates can be compared: the best parameters by it are kept, and when
 * it stops rising the rate cools down and the fit ends.
 *
 * <p>Same seed, same bits; also across {@link #checkpointTo} and {@link #restore}.
 *
 * @param <D> the model's data
 */
public final class Svi<D> {
  private final Session session;
  private final ParamStore params;
  private final Model<D> model;
  private final Guide<? super D> guide;
  private final Objective objective;
  private final SviSettings settings;
  private final FitState state;
  private final Descent descent;
  private final Optional<ModelStructure> structure;
  private final Seed noise;
  private final Last last = new Last();
  private final Steps<D> steps;
  private final Selection<D> selection;
  private Target<D> target;
  private Optional<BooleanSupplier> spent = Optional.empty();
  private Optional<Path> checkpointFile = Optional.empty();
  private long checkpointEvery;
  private long pause = Long.MAX_VALUE;

  /** A fit; the model's structure is learnt from the first batch. */
  public Svi(
      Session session,
      ParamStore params,
      Model<D> model,
      Guide<? super D> guide,
      Objective objective,
      SviSettings settings) {
    this(session, params, Optional.empty(), model, guide, objective, settings);
  }

  /** A fit of a model whose structure is known, for example with initial values. */
  public Svi(
      Session session,
      ParamStore params,
      ModelStructure structure,
      Model<D> model,
      Guide<? super D> guide,
      Objective objective,
      SviSettings settings) {
    this(session, params, Optional.of(structure), model, guide, objective, settings);
  }

  private Svi(
      Session session,
      ParamStore params,
      Optional<ModelStructure> structure,
      Model<D> model,
      Guide<? super D> guide,
      Objective objective,
      SviSettings settings) {
    if (params.size() == 0) {
      throw new PplException(
          "There is nothing to fit: the parameter store is empty. Likely fix: build the guide from"
              + " a scope of this store, before the fit.");
    }
    this.session = session;
    this.params = params;
    params.seal();
    this.structure = structure;
    this.model = model;
    this.guide = guide;
    this.objective = objective;
    this.settings = settings;
    this.state = new FitState(params.size());
    this.descent = new Descent(params, settings, state);
    this.noise = session.seed().fold("svi");
    this.steps = new Steps<>(session, params, model, guide, objective, settings);
    this.selection = new Selection<>(session, settings, state);
  }

  /** Fits to all the data in every step. */
  public Fit<D> run(D data, SviListener... listeners) {
    return run(Batches.full(data), listeners);
  }

  /**
   * Makes all steps that remain, and returns the fit with the best parameters, which are then in
   * the store. Throws {@link NonFiniteException} when a step cannot be made finite.
   */
  public Fit<D> run(Batches<D> batches, SviListener... listeners) {
    List<SviListener> told = List.of(listeners);
    Target<D> target = target(batches.batch(0));
    told.forEach(l -> l.started(state.step, settings.steps()));
    if (state.step == 0) {
      evaluate(target, batches, told);
    }
    while (state.step < Math.min(lastStep(), pause)) {
      if (spent.isPresent() && spent.get().getAsBoolean()) {
        return stopped(target, batches, told);
      }
      coolWhenDue(told);
      try {
        advance(target, batches.batch(state.step));
      } catch (NonFiniteException e) {
        Fit<D> fit = fit(target, batches, Status.NON_FINITE);
        told.forEach(l -> l.ended(Status.NON_FINITE));
        throw new NonFiniteException(e.getMessage(), e.site(), e.step(), fit);
      }
      if (!told.isEmpty()) {
        StepReport report = report();
        told.forEach(l -> l.stepped(report));
      }
      if (state.step % settings.evaluateEvery() == 0 || state.step == lastStep()) {
        evaluate(target, batches, told);
      }
      if (checkpointFile.isPresent() && due()) {
        checkpoint().write(checkpointFile.get());
      }
    }
    selection.choose(target, batches, descent.reported());
    Status status = state.converged ? Status.CONVERGED : Status.STEPS_USED;
    Fit<D> fit = fit(target, batches, status);
    told.forEach(l -> l.ended(status));
    return fit;
  }

  /** The best so far; what was never evaluated may be better than what was. */
  private Fit<D> stopped(Target<D> target, Batches<D> batches, List<SviListener> told) {
    if (state.step > 0) {
      evaluate(target, batches, told);
    }
    Fit<D> fit = fit(target, batches, Status.INTERRUPTED);
    told.forEach(l -> l.ended(Status.INTERRUPTED));
    return fit;
  }

  private boolean due() {
    return state.step % checkpointEvery == 0 || state.step == lastStep() || state.step == pause;
  }

  private long lastStep() {
    return state.coolFrom < 0
        ? settings.steps()
        : Math.min(settings.steps(), state.coolFrom + settings.coolingSteps());
  }

  private void coolWhenDue(List<SviListener> told) {
    boolean due = state.converged || state.step >= settings.mainSteps();
    if (state.coolFrom < 0 && due) {
      state.coolFrom = state.step;
      told.forEach(l -> l.cooling(state.step, lastStep()));
    }
  }

  private Target<D> target(D batch) {
    if (target == null) {
      ModelStructure known =
          structure.isPresent() ? structure.get() : ModelStructure.of(session, model, batch);
      Queries queries = Target.queries(session, params, settings.execution());
      target = new Target<>(session, params, known, model, guide, queries);
    }
    return target;
  }

  /** One step on a batch: for loops of one's own. Throws {@link NonFiniteException} as run does. */
  public StepReport step(D batch) {
    advance(batch);
    return report();
  }

  /** One step, of which nothing is told. */
  void advance(D batch) {
    Target<D> target = target(batch);
    try {
      advance(target, batch);
    } catch (NonFiniteException e) {
      Fit<D> fit = fit(target, Batches.full(batch), Status.NON_FINITE);
      throw new NonFiniteException(e.getMessage(), e.site(), e.step(), fit);
    }
  }

  /** How its steps are executed: eagerly where the settings ask for it or nothing else can be. */
  public Execution execution() {
    return steps.execution();
  }

  /** Why its steps are not compiled, as logged; empty if they are, or if nobody asked. */
  public String whyEager() {
    return steps.whyEager();
  }

  private void advance(Target<D> target, D batch) {
    double temperature = objective.temperature(state.step);
    for (int attempt = 0; ; attempt++) {
      double loss = steps.loss(target, batch, noise, state.step, temperature);
      double norm = steps.gradientNorm();
      if (Double.isFinite(loss) && Double.isFinite(norm)) {
        last.rate = descent.move(steps.home(), steps.gradient(), norm);
        last.loss = loss;
        last.norm = norm;
        last.retries = attempt;
        state.trace.add(-loss);
        state.step++;
        return;
      }
      if (attempt == settings.retries() || !descent.canTakeBack()) {
        steps.readGradient();
        throw hopeless(target, batch, noise.fold(state.step), loss, attempt);
      }
      descent.takeBack();
    }
  }

  /** What the last step did, without an object for each. */
  private static final class Last {
    private double loss;
    private double norm;
    private double rate;
    private int retries;
  }

  private StepReport report() {
    return new StepReport(state.step - 1, last.loss, last.norm, last.rate, last.retries);
  }

  private NonFiniteException hopeless(
      Target<D> target, D batch, Seed noise, double loss, int retries) {
    Culprit culprit = Culprit.find(target, batch, objective.particles(), noise, steps.gradient());
    String what = Double.isFinite(loss) ? "The gradient is not finite" : "Loss is " + loss;
    String message =
        what
            + " at step "
            + state.step
            + ": "
            + culprit.words()
            + ". Retried "
            + retries
            + " times at half the rate each. Replay: seed "
            + session.settings().seed()
            + ", step "
            + state.step
            + ", "
            + objective.particles()
            + " particles. Likely fix: check the data and the likelihood at that site, give initial"
            + " values (ModelStructure.startingAt), or lower the learning rate.";
    return new NonFiniteException(message, culprit.site(), state.step, null);
  }

  private void evaluate(Target<D> target, Batches<D> batches, List<SviListener> told) {
    Evaluation evaluation = selection.evaluate(target, batches, descent.reported());
    told.forEach(l -> l.evaluated(evaluation));
  }

  private Fit<D> fit(Target<D> target, Batches<D> batches, Status status) {
    Snapshot live = params.snapshot();
    double[] best = state.bestStep < 0 ? descent.reported() : state.best;
    System.arraycopy(best, 0, params.values(), 0, best.length);
    if (guide instanceof LaplaceGuide laplace && status != Status.NON_FINITE) {
      complete(laplace, target, batches);
      best = Arrays.copyOf(params.values(), params.size());
    }
    return new Fit<>(
        target,
        batches.batch(0),
        status,
        execution(),
        state.copy(),
        new Snapshot(live.shapes(), best));
  }

  private void complete(LaplaceGuide laplace, Target<D> target, Batches<D> batches) {
    if (batches.perEpoch() != 1) {
      throw new PplException(
          "A Laplace approximation needs the curvature of all the data, but this fit runs in"
              + " batches. Likely fix: give all rows in every step, or take another family.");
    }
    laplace.complete(LogDensity.of(session, target.structure(), model, batches.batch(0)));
  }

  /**
   * Evaluates on data that training never sees, all batches of an epoch of them, instead of on
   * training batches: the parameters kept are those best on them, and the stopping rule looks at
   * them. Each batch gets the settings' evaluation draws divided by the number of batches, at least
   * 2. Throws {@link PplException} if the batches do not say how many hold all data.
   */
  public Svi<D> validatedOn(Batches<D> other) {
    if (other.perEpoch() == Integer.MAX_VALUE) {
      throw new PplException(
          "Held-out batches without an end cannot be gone through. Likely fix: override perEpoch,"
              + " or use Batches.full.");
    }
    selection.holdOut(other);
    return this;
  }

  /**
   * Ends {@link #run} before the next step when this says so, with the best parameters so far: for
   * budgets of time or gradients, and for a user who has waited long enough.
   */
  public Svi<D> until(BooleanSupplier enough) {
    spent = Optional.of(enough);
    return this;
  }

  /** Writes a checkpoint after every so many steps and after the last one. */
  public Svi<D> checkpointTo(Path file, long every) {
    if (every < 1) {
      throw new PplException("Checkpoints every " + every + " steps: must be at least 1.");
    }
    CheckpointFormat.FILE.refuseForeign(file);
    checkpointFile = Optional.of(file);
    checkpointEvery = every;
    return this;
  }

  /**
   * Lets {@link #run} end after this step, with the best parameters so far; with a checkpoint,
   * which is then written at this step, a later fit goes on as if never stopped.
   */
  public Svi<D> pausingAt(long step) {
    if (step < 0) {
      throw new PplException("A pause at step " + step + ": must not be negative.");
    }
    pause = step;
    return this;
  }

  /** The fit as it is between two steps. */
  public Checkpoint checkpoint() {
    return new Checkpoint(
        session.settings().seed(), fingerprint(), params.snapshot(), state.copy());
  }

  /**
   * Goes on from a checkpoint: the next {@link #run} makes the remaining steps, to the same bits as
   * if never stopped. Throws {@link PplException} if seed, settings or parameters differ.
   */
  public Svi<D> restore(Checkpoint checkpoint) {
    if (checkpoint.seed() != session.settings().seed()) {
      throw new PplException(
          "The checkpoint was made with seed "
              + checkpoint.seed()
              + ", this session has seed "
              + session.settings().seed()
              + ". Likely fix: open the session with the checkpoint's seed.");
    }
    if (!checkpoint.fingerprint().equals(fingerprint())) {
      throw new PplException(
          "The checkpoint was made with other settings: "
              + checkpoint.fingerprint()
              + "; this fit has "
              + fingerprint()
              + ". Likely fix: use the same settings to continue.");
    }
    List<String> paths = List.copyOf(checkpoint.parameters().shapes().keySet());
    params.restore(checkpoint.parameters());
    if (!paths.equals(params.params().stream().map(Param::path).toList())) {
      throw new PplException(
          "The checkpoint's parameters are in another order: "
              + paths
              + ". Likely fix: build the guide's parts in the same order as before.");
    }
    state.set(checkpoint.state());
    return this;
  }

  private String fingerprint() {
    return settings.fingerprint()
        + ", objective "
        + Signature.of(objective)
        + ", particles "
        + objective.particles()
        + ", computed by "
        + session.settings().backend()
        + " in "
        + session.settings().precision()
        + ", steps "
        + settings.execution().name().toLowerCase(Locale.ROOT)
        + ", numbers in a vector "
        + Width.DOUBLE.lanes();
  }
}
