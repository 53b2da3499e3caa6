package io.flowsvi.models.vae;

/**
 * What a paper found: one posterior's bound above another's.
 *
 * @param better the name of the better posterior
 * @param worse the name of the other
 */
public record PaperOrder(String better, String worse) {}
