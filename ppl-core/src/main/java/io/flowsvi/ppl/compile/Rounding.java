package io.flowsvi.ppl.compile;

/** Doubles made floats, and floats doubles, over arrays that exist already. */
final class Rounding {
  private Rounding() {}

  /** Rounds the first numbers of an array to as many floats as there is room for. */
  static void narrow(double[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }

  /** Copies floats to the beginning of an array of doubles. */
  static void widen(float[] from, double[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = from[i];
    }
  }
}
