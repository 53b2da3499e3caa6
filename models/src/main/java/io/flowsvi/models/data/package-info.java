/**
 * Data from files: Stan-style JSON, checked against what a model expects; tables; toys; the bundled
 * digits.
 *
 * <p>Start with {@link io.flowsvi.models.data.StanData}.
 */
package io.flowsvi.models.data;
