package io.flowsvi.ppl.tensor;

/**
 * One named part of a flat parameter vector.
 *
 * @param name unique in its layout
 * @param shape the part's own shape
 * @param offset where it starts in the vector
 * @param role what a layer does with it
 */
public record Slice(String name, Shape shape, int offset, Role role) {
  /** What a layer does with a part: it decides how a network that emits the part starts. */
  public enum Role {
    /**
     * The part is what the layer computes with: it starts nearly constant, at the layer's start.
     */
    PARAMETER,
    /**
     * The layer's own weights read the part: it starts as varied as any hidden unit, since weights
     * learn nothing from a vector that is always the same.
     */
    CONTEXT
  }
}
