package io.flowsvi.ppl.compile;

/** What a {@link Crew} does for each part, each with arrays of its own. */
interface Errand {
  /**
   * So many numbers of all parts are added up before the next ones: they stay in the processor's
   * nearest cache.
   */
  int BLOCK = 2_048;

  /** Runs a program for a part. */
  void run(Program hand, int part);
}
