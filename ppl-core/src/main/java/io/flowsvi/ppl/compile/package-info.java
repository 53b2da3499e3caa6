/**
 * Graphs made into JVM code over primitive arrays that are allocated once.
 *
 * <p>Start with {@link io.flowsvi.ppl.compile.Program}. A {@code Plan} decides what is stored, what
 * is computed once per batch and which operations share a loop; the {@code Emitter} writes the
 * loops as a hidden class; everything else calls the kernels of {@code ppl.product} or of the plain
 * engine. Code is for doubles or floats ({@code Width}); {@code Numbers} are its arrays as seen
 * from outside. Depends on {@code ppl.graph}.
 */
package io.flowsvi.ppl.compile;
