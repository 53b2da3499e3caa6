package io.flowsvi.flows.layer;

/** Where the numbers of a chain come from. */
public sealed interface Conditioner permits Constant, Network {}
