package io.flowsvi.flows.guide;

/**
 * A guide that is trained as a single point: every particle is the same, and log q is 0 by
 * convention, so that the bound it maximises is the log joint density. One particle is enough.
 */
public sealed interface PointGuide extends Guide<Object> permits MapGuide, LaplaceGuide {}
