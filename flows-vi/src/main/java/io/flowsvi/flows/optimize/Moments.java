package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.Twin;
import java.util.Arrays;
import java.util.Optional;

/** What an {@link Optimizer} remembers of past gradients: two numbers per parameter. */
public final class Moments {
  private final double[] first;
  private final double[] second;
  private long updates;
  private Optional<ParameterMemory> memory = Optional.empty();
  private Optional<Twin> firstTwin = Optional.empty();
  private Optional<Twin> secondTwin = Optional.empty();

  /** Nothing seen yet, for so many parameters. */
  public Moments(int size) {
    this(new double[size], new double[size], 0);
  }

  /** Means as they were after so many updates; the arrays are not copied. */
  public Moments(double[] first, double[] second, long updates) {
    this.first = first;
    this.second = second;
    this.updates = updates;
  }

  /** The live first moments, to read and to write before the next update. */
  public double[] first() {
    return firstTwin.isPresent() ? firstTwin.get().write() : first;
  }

  /** The live second moments, to read and to write before the next update. */
  public double[] second() {
    return secondTwin.isPresent() ? secondTwin.get().write() : second;
  }

  /** Gives the moments to the memory they live in from now on, to be changed there. */
  public void giveAwayTo(ParameterMemory place) {
    if (memory.isEmpty() || memory.get() != place) {
      firstTwin = Optional.of(new Twin(first(), place.first()));
      secondTwin = Optional.of(new Twin(second(), place.second()));
      memory = Optional.of(place);
    }
    firstTwin.ifPresent(Twin::giveAway);
    secondTwin.ifPresent(Twin::giveAway);
  }

  /** How many updates there were. */
  public long updates() {
    return updates;
  }

  /** Counts one update and returns its number, from 1. */
  public long count() {
    return ++updates;
  }

  /** A copy that later updates leave alone. */
  public Moments copy() {
    return new Moments(
        firstTwin.map(Twin::read).orElse(first).clone(),
        secondTwin.map(Twin::read).orElse(second).clone(),
        updates);
  }

  @Override
  public String toString() {
    return "Moments["
        + first.length
        + " parameters, "
        + updates
        + " updates]"
        + (first.length <= 4 ? Arrays.toString(first()) : "");
  }
}
