package io.flowsvi.ppl.graph;

/**
 * A program of recordings of one structure.
 *
 * @param <P> the program itself
 */
public interface Bindable<P> {
  /** Takes over the data and the keys of another recording of the same structure. */
  P bind(Recording recording);
}
