package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Optional;

/**
 * AdamW: Adam with weights drawn towards 0 at a rate of their own, not through the gradient.
 *
 * <p>θ ← θ − α (m̂/(√v̂ + ε) + λθ), m̂ and v̂ as in {@link Adam}. For networks; a guide's shifts
 * and scales are no weights, and decay would draw them to where the fit started. Loshchilov and
 * Hutter (2019), algorithm 2, with the schedule's multiplier in α.
 *
 * @param adam the rule of the first part
 * @param decay λ, not negative
 */
public record AdamW(Adam adam, double decay) implements Optimizer {
  /** Checks the decay. */
  public AdamW {
    if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
      throw new PplException("AdamW: decay must be finite and not negative, got " + decay + ".");
    }
  }

  /** Adam's standard numbers and λ = 0.01. */
  public static AdamW standard() {
    return new AdamW(Adam.standard(), 0.01);
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public void update(
      Moments moments, double[] values, double[] gradient, boolean[] trained, double rate) {
    shrink(values, gradient.length, trained, 1 - rate * decay);
    adam.update(moments, values, gradient, trained, rate);
  }

  @Override
  public Optional<ParameterMemory.Adam> inEngine() {
    return Optional.of(new ParameterMemory.Adam(adam.beta1(), adam.beta2(), adam.epsilon(), decay));
  }

  private static void shrink(double[] values, int size, boolean[] trained, double factor) {
    for (int at = Blocks.start(trained, 0, size); at < size; ) {
      int end = Blocks.end(trained, at, size);
      for (int i = at; i < end; i++) {
        values[i] *= factor;
      }
      at = Blocks.start(trained, end, size);
    }
  }

  @Override
  public void remake(Moments moments, double[] values, boolean[] trained, double was, double rate) {
    int size = moments.first().length;
    adam.remake(moments, values, trained, was, 0);
    shrink(values, size, trained, (1 - rate * decay) / (1 - was * decay));
    adam.remake(moments, values, trained, 0, rate);
  }
}
