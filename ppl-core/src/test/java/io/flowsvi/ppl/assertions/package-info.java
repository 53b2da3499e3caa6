/** Assertions and reference data for tests, here and in the modules above. */
package io.flowsvi.ppl.assertions;
