package io.flowsvi.ppl.compile;

/** What a generated class does. */
interface Code {
  /**
   * Runs the loops of one part on the program's arrays, a double[][] or float[][] as the code is,
   * each with the places it is given.
   */
  void run(int part, Object[] arrays, int[][] places);
}
