package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;

/** Something is wrong at one site of a model; the message begins with its name. */
public final class SiteException extends PplException {
  private static final long serialVersionUID = 1L;
  private final String site;

  /** An error at a site. */
  public SiteException(Site site, String message) {
    super("Site '" + site.name() + "'" + message);
    this.site = site.name();
  }

  /** The name of the site. */
  public String site() {
    return site;
  }
}
