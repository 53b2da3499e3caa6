package io.flowsvi.ppl.tensor;

/**
 * A handle on a trainable part of a {@link ParamStore}: a path, a shape, a place.
 *
 * <p>{@link #value()} is its tensor in the current arena: a differentiable leaf inside {@link
 * Tape}, a constant elsewhere.
 */
public final class Param {
  private final ParamStore store;
  private final int number;
  private final String path;
  private final Shape shape;
  private final int offset;

  Param(ParamStore store, int number, String path, Shape shape, int offset) {
    this.store = store;
    this.number = number;
    this.path = path;
    this.shape = shape;
    this.offset = offset;
  }

  /** Where it is: unique in its store, parts joined by slashes. */
  public String path() {
    return path;
  }

  /** Its shape. */
  public Shape shape() {
    return shape;
  }

  /** Where it starts in the store's flat vector. */
  public int offset() {
    return offset;
  }

  /** Its value in the current arena. */
  public Tensor value() {
    return store.value(number);
  }

  /** Its numbers now, as a copy. */
  public double[] toDoubles() {
    return store.read(offset, shape.size());
  }

  /** Overwrites its numbers: warm starts. */
  public void set(double... values) {
    if (values.length != shape.size()) {
      throw new ParameterException(
          "Parameter '" + path + "' has shape " + shape + ", got " + values.length + " numbers.");
    }
    store.write(offset, values);
  }

  @Override
  public String toString() {
    return path + shape;
  }
}
