package io.flowsvi.ppl.model;

/**
 * A plate and the axis its rows lie on.
 *
 * @param plate the plate
 * @param axis counted among plate axes: axis 0 is the one right of the particles
 */
public record PlateAxis(Plate plate, int axis) {}
