/**
 * What a fit is reported as: verdict in words, tables, CSV, JSON, pictures.
 *
 * <p>Start with {@link io.flowsvi.models.report.FitReport}. Nothing here prints.
 */
package io.flowsvi.models.report;
