package io.flowsvi.flows.train;

import io.flowsvi.flows.optimize.Adam;
import io.flowsvi.flows.optimize.Home;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.vector.Sweeps;
import io.flowsvi.ppl.vector.Width;
import java.util.Arrays;
import java.util.Optional;

/** Moves the parameters along gradients, and takes the last move back when it led nowhere. */
final class Descent {
  /** Finite steps after which a halved rate is doubled again. */
  private static final long RECOVERY = 200;

  /** The rate at the end of cooling, relative to its start. */
  private static final double COOLED = 0.01;

  private final ParamStore params;
  private final SviSettings settings;
  private final FitState state;

  Descent(ParamStore params, SviSettings settings, FitState state) {
    this.params = params;
    this.settings = settings;
    this.state = state;
  }

  static double norm(double[] gradient) {
    // Four sums side by side: one alone would wait for each addition.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    if (Sweeps.pay(gradient.length)) {
      i = Sweeps.end(Width.DOUBLE, 0, gradient.length);
      a = Sweeps.all().squares(gradient);
    }
    for (; i + 3 < gradient.length; i += 4) {
      a += gradient[i] * gradient[i];
      b += gradient[i + 1] * gradient[i + 1];
      c += gradient[i + 2] * gradient[i + 2];
      d += gradient[i + 3] * gradient[i + 3];
    }
    for (; i < gradient.length; i++) {
      a += gradient[i] * gradient[i];
    }
    return Math.sqrt(a + b + (c + d));
  }

  /** Makes one move along a gradient of this norm, clipped; returns the rate. */
  double move(Home home, double[] gradient, double norm) {
    double share = norm > settings.clipNorm() ? settings.clipNorm() / norm : 1;
    state.finiteSteps++;
    if (state.rateFactor < 1 && state.finiteSteps >= RECOVERY) {
      state.rateFactor = Math.min(1, 2 * state.rateFactor);
      state.finiteSteps = 0;
    }
    state.lastRate = rate(state.step);
    average();
    double rate = state.lastRate * state.rateFactor;
    Optional<? extends ParameterMemory> place = home.memory();
    if (place.isPresent()) {
      home.move(place.get(), state.moments, share, rate);
    } else {
      move(gradient, share, rate);
    }
    state.moved = true;
    return rate;
  }

  private void move(double[] gradient, double share, double rate) {
    boolean[] trained = params.trainable();
    if (settings.optimizer() instanceof Adam adam) {
      adam.update(state.moments, params.values(), gradient, share, trained, rate);
      return;
    }
    if (share != 1) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= share;
      }
    }
    settings.optimizer().update(state.moments, params.values(), gradient, trained, rate);
  }

  /** Whether there is a move to take back. */
  boolean canTakeBack() {
    return state.moved;
  }

  /** Makes the last move again, at half the rate. */
  void takeBack() {
    double was = state.lastRate * state.rateFactor;
    state.rateFactor /= 2;
    state.finiteSteps = 0;
    settings
        .optimizer()
        .remake(
            state.moments,
            params.values(),
            params.trainable(),
            was,
            state.lastRate * state.rateFactor);
  }

  /** Enters the iterate whose loss and gradient were just seen to be finite. */
  private void average() {
    if (state.step < settings.averaging().from()) {
      return;
    }
    if (state.averaged == 0) {
      state.average = new double[params.size()];
    }
    double weight = settings.averaging().weight(++state.averaged);
    double[] live = params.values();
    for (int i = 0; i < state.average.length; i++) {
      state.average[i] += weight * (live[i] - state.average[i]);
    }
  }

  /** What the fit would report now: the mean of iterates where there is one. */
  double[] reported() {
    return state.averaged > 0
        ? state.average.clone()
        : Arrays.copyOf(params.values(), params.size());
  }

  private double rate(long step) {
    double rate = settings.learningRate() * settings.schedule().factor(step, settings.steps());
    if (state.coolFrom < 0 || settings.coolingSteps() == 0) {
      return rate;
    }
    double share = Math.min(1, (step - state.coolFrom + 1.0) / settings.coolingSteps());
    return rate * (COOLED + (1 - COOLED) * 0.5 * (1 + Math.cos(Math.PI * share)));
  }
}
