/**
 * Simulation-based calibration: does a way of fitting give back what data were simulated from?
 *
 * <p>Start with {@link io.flowsvi.flows.calibrate.Calibration#of}. Works for every kind of fit;
 * depends on {@code flows.train} for draws and {@code flows.verdict} for words.
 */
package io.flowsvi.flows.calibrate;
