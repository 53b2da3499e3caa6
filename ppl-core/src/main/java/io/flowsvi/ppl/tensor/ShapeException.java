package io.flowsvi.ppl.tensor;

/** Shapes that do not fit an operation; the message names the operation and every shape. */
public final class ShapeException extends PplException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public ShapeException(String message) {
    super(message);
  }
}
