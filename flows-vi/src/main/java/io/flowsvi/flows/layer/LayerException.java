package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.PplException;

/** A layer or a chain that cannot be built or used as asked; the message names the layer. */
public final class LayerException extends PplException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public LayerException(String message) {
    super(message);
  }
}
