package io.flowsvi.ppl.tensor;

/** A trainable parameter is missing, repeated, misshaped or used at the wrong time. */
public final class ParameterException extends PplException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public ParameterException(String message) {
    super(message);
  }
}
