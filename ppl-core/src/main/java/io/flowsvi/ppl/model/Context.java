package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.ode.Ode;
import io.flowsvi.ppl.ode.Trajectory;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a model talks to; each inference task is an implementation.
 *
 * <p>Values have shape {@code [S] + plates + event}: particles leftmost, then one axis per plate
 * name (size 1 where a site is not in it; at least one such axis), then the event. A scalar outside
 * the only plate is {@code [S, 1]}, inside it {@code [S, N]}, so plain broadcasting is right.
 * Sibling plates share an axis; plates that are ever open together have their own. A log density
 * has shape {@code [S] + plates}. How data enter, {@link Inputs} says.
 *
 * <p>A model names the same sites in the same order in every run, whatever the values: no Java
 * {@code if} on a tensor, no value read. To write a new effect, implement {@link ContextDecorator}.
 */
public interface Context extends Inputs {
  /**
   * A latent quantity with its prior. A discrete one (at most 2,000 values) has all its values at
   * once, on an axis of its own left of the particles, and is summed out of the density: rows of a
   * plate, one outside any plate (a change point), chains in a loop or as a {@link
   * io.flowsvi.ppl.dist.MarkovChain}. Parameters are chosen by it with {@link Tensor#choose}; in
   * draws and predictive runs it has a value. Throws {@link SiteException} where it cannot be
   * summed out.
   */
  Tensor sample(Latent site, Distribution prior);

  /** Data under a likelihood: one value for every row of the open plates. */
  void observe(Observed site, Distribution likelihood, Tensor value);

  /**
   * Data with holes: rows where {@code present} is 0 do not count, whatever their value, NaN
   * included; {@code present} is read as data of shape plates.
   */
  void observe(Observed site, Distribution likelihood, Tensor value, Tensor present);

  /** A named function of latents, for reports; returns the value. */
  Tensor derive(Derived site, Tensor value);

  /**
   * Solves a differential equation whose rates depend on latents, and derives the solution {@code
   * [T, C]} (times, components) under a site's name. Throws {@link SiteException} with the site
   * where initial values, rates or times do not fit, or the steps are too many.
   *
   * <pre>{@code
   * Ode PREY = Ode.of(RungeKutta.every(0.05), "hare", "lynx");
   * Trajectory z = ctx.ode(Z, PREY,
   *     (t, s) -> List.of(s.get("hare").times(...), s.get("lynx").times(...)),
   *     List.of(hare0, lynx0), 0, times);
   * Tensor hares = z.get("hare");
   * }</pre>
   */
  default Trajectory ode(
      Derived site,
      Ode ode,
      Ode.Equation equation,
      List<Tensor> initial,
      double start,
      double... times) {
    Trajectory solution;
    try {
      solution = ode.solve(equation, initial, start, times);
    } catch (SiteException e) {
      throw e;
    } catch (PplException e) {
      throw new SiteException(site, " cannot be solved for. " + e.getMessage());
    }
    derive(site, solution.values());
    return solution;
  }

  /** Adds a term of shape {@code [S] + plates} to the log density. */
  void factor(Factor site, Tensor logDensity);

  /** A body that runs in predictive runs only. */
  void generated(Runnable body);

  /** A simulated quantity, inside {@link #generated} only. */
  Tensor sample(Generated site, Distribution distribution);

  /** Runs a body once for all rows of a plate. */
  <T> T plate(Plate plate, Supplier<T> body);

  /** Runs a body once for all rows of a plate. */
  default void plate(Plate plate, Runnable body) {
    plate(plate, new Effect(body));
  }

  /**
   * Rows of a value in plate {@code from}, one per row of the open plates: {@code value[index[i]]}.
   *
   * @param value {@code [S] + plates + event}, or data read inside {@code from}
   * @param from the plate whose rows are chosen; others the value is in are kept
   * @param index whole numbers from 0, read inside the plates whose rows it describes; over several
   *     plates only if the value is in {@code from} alone
   */
  Tensor gather(Tensor value, Plate from, Tensor index);
}
