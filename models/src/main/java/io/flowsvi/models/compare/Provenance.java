package io.flowsvi.models.compare;

import io.flowsvi.ppl.tensor.SessionSettings;

/**
 * What a table of results was made by.
 *
 * @param command the command that makes it again
 * @param settings backend, precision and threads of each fit; its seed is that of the first
 * @param jobs how many fits ran at a time
 */
public record Provenance(String command, SessionSettings settings, int jobs) {}
