package io.flowsvi.ppl.tensor;

/**
 * One named part of a flat parameter vector.
 *
 * @param name unique in its layout
 * @param shape the part's own shape
 * @param offset where it starts in the vector
 */
public record Slice(String name, Shape shape, int offset) {}
