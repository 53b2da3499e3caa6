package io.flowsvi.ppl.model;

import java.util.function.Supplier;

/** A body that is run for its effect. */
record Effect(Runnable body) implements Supplier<Void> {
  @Override
  public Void get() {
    body.run();
    return null;
  }
}
