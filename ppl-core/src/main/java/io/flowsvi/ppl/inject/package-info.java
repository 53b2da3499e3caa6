/**
 * Guice wiring of the core: {@link io.flowsvi.ppl.inject.PplModule} binds the session.
 *
 * <p>Nothing outside {@code inject} packages and the command line knows Guice.
 */
package io.flowsvi.ppl.inject;
