package io.flowsvi.ppl.graph;

import io.flowsvi.ppl.tensor.PplException;

/** Code that cannot be written down: it looks at a value, or leaves the arena it is recorded in. */
public final class RecordingException extends PplException {
  private static final long serialVersionUID = 1L;

  /** Names the place and the reason. */
  public RecordingException(String message) {
    super(message);
  }
}
