package io.flowsvi.flows.layer;

/**
 * A bijection whose log-determinant is the same at every z: y = A z + m.
 *
 * <p>A normal through such layers alone is normal, so that its entropy is known exactly.
 */
public interface AffineLayer extends BijectiveLayer {}
