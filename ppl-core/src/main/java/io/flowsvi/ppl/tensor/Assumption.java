package io.flowsvi.ppl.tensor;

/**
 * What code takes for granted where it reads no value, such as that so many steps keep a solver's
 * tolerance, and a number that it computes bears out or not.
 *
 * <p>Code that is recorded once is asked in every run: {@link Arena#holds}.
 */
public interface Assumption {
  /** Whether the number bears it out, told once a run; if not, the run's results are void. */
  boolean holds(double value);

  /** Whether code would take it for granted now: what was recorded under it serves until then. */
  boolean stands();
}
