package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.optimize.Home;
import io.flowsvi.ppl.compile.SingleMemory;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * A fit's losses and gradients: compiled where the settings and the engine allow it, else eager.
 *
 * @param <D> a batch
 */
final class Steps<D> {
  private final Session session;
  private final ParamStore params;
  private final Model<D> model;
  private final Guide<? super D> guide;
  private final Objective objective;
  private final SviSettings settings;
  private Step<D> step;
  private Home home;
  private String whyEager = "";

  Steps(
      Session session,
      ParamStore params,
      Model<D> model,
      Guide<? super D> guide,
      Objective objective,
      SviSettings settings) {
    this.session = session;
    this.params = params;
    this.model = model;
    this.guide = guide;
    this.objective = objective;
    this.settings = settings;
    this.home = Home.inJava(session, params);
  }

  /** Where the parameters are, which is known after the first loss. */
  Home home() {
    return home;
  }

  /** The gradient of the last loss. */
  double[] gradient() {
    return step.gradient();
  }

  /** The Euclidean norm of that gradient. */
  double gradientNorm() {
    // A conditional makes no object, as a boxed number or a lambda would in every step.
    Optional<? extends ParameterMemory> place = home.memory();
    return place.isPresent() ? place.get().gradientNorm() : Descent.norm(step.gradient());
  }

  /** Brings the gradient here from where the parameters are. */
  void readGradient() {
    home.memory().ifPresent(place -> place.readGradient(step.gradient()));
  }

  /** How steps are executed. */
  Execution execution() {
    return step instanceof EagerStep ? Execution.EAGER : Execution.COMPILED;
  }

  /** Why steps are not compiled; empty if they are, or if nobody asked. */
  String whyEager() {
    return whyEager;
  }

  /** The loss of a batch at the store's present values; the gradient is found with it. */
  double loss(Target<D> target, D batch, Seed noise, long number, double temperature) {
    if (step == null) {
      step = chosen(target);
    }
    try {
      return step.run(batch, noise, number, temperature);
    } catch (RecordingException e) {
      step = fallBack(target, e.getMessage());
      return step.run(batch, noise, number, temperature);
    }
  }

  private Step<D> eager(Target<D> target) {
    home =
        averages() ? Home.inJava(session, params) : Home.of(session, params, settings.optimizer());
    double[] gradient = new double[params.size()];
    return new EagerStep<>(
        session, params, target.structure(), model, guide, objective, home, gradient);
  }

  /** A mean of iterates is taken in Java's doubles. */
  private boolean averages() {
    return settings.averaging().from() != Long.MAX_VALUE;
  }

  private Step<D> chosen(Target<D> target) {
    if (settings.execution() == Execution.EAGER) {
      return eager(target);
    }
    if (session.settings().backend() != Backend.JAVA) {
      Step<D> eager = eager(target);
      return home.residence()
          .<Step<D>>map(place -> new ScriptStep<>(target, objective, place, eager))
          .orElseGet(
              () -> fallBack(target, "the session asks for " + session.settings().backend()));
    }
    Optional<ParameterMemory.Adam> rule = settings.optimizer().inEngine();
    boolean inFloats = session.settings().precision() == Precision.FLOAT32 && rule.isPresent();
    if (!inFloats || averages()) {
      return new CompiledStep<>(target, objective, settings.threads());
    }
    SingleMemory memory = new SingleMemory(params.size());
    home = Home.inFloats(session, params, rule.get(), memory);
    return new CompiledStep<>(target, objective, settings.threads(), Optional.of(memory));
  }

  private Step<D> fallBack(Target<D> target, String reason) {
    whyEager = reason;
    // Made where it is needed: finding a logger takes a tenth of a cold start.
    LoggerFactory.getLogger(Svi.class)
        .info("The steps of this fit run eagerly, not compiled: {}", reason);
    return eager(target);
  }
}
