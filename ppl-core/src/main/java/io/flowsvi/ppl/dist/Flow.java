package io.flowsvi.ppl.dist;

/** Draws and scores, both ways: what a chain of bijections gives. */
public interface Flow extends Distribution, Sampler {}
