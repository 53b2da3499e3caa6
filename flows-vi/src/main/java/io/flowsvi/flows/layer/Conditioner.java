package io.flowsvi.flows.layer;

/** Where the numbers of a chain come from. */
public sealed interface Conditioner permits Constant, Network {
  /** The chain whose numbers these are. */
  Chain chain();
}
