/**
 * The command line: {@link io.flowsvi.models.cli.Main} and its commands. The only place that
 * prints, and the only one that uses an injector.
 */
package io.flowsvi.models.cli;
