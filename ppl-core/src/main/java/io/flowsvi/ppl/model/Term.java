package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * One part of log p or log q, not yet summed over plates.
 *
 * @param sites whose density it is; a guide's term may cover several
 * @param kind what it is
 * @param logDensity {@code [S] + plate axes}, size 1 on axes of plates it is not in
 * @param plates the plates it is in, outer to inner
 */
public record Term(List<Site> sites, Kind kind, Tensor logDensity, List<Plate> plates) {
  /** Copies the lists. */
  public Term {
    sites = List.copyOf(sites);
    plates = List.copyOf(plates);
  }

  /** What a term of the log density is. */
  public enum Kind {
    /** A latent's prior, with the log-determinant of its support. */
    PRIOR,
    /** An observation. */
    LIKELIHOOD,
    /** A free factor. */
    FACTOR,
    /** log q. */
    GUIDE
  }

  /** What a sum over its plates is multiplied by: the product of their scales. */
  public double scale() {
    return Plate.scale(plates);
  }
}
