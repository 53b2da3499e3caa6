/**
 * The plain-Java engine: primitives on {@code double[]}, at once, with a tape of its own.
 *
 * <p>Start with {@link io.flowsvi.ppl.tensor.plain.PlainEngine}. No native library is needed; on
 * small models it is the quickest of the eager engines, because an operation costs tens of
 * nanoseconds instead of a microsecond.
 */
package io.flowsvi.ppl.tensor.plain;
