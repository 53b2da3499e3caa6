package io.flowsvi.ppl.tensor;

/**
 * Every error of this library: it names the culprit, what was expected, what came, and the likely
 * fix.
 */
public class PplException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public PplException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public PplException(String message, Throwable cause) {
    super(message, cause);
  }
}
