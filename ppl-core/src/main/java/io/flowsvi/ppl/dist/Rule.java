package io.flowsvi.ppl.dist;

/** What a parameter must obey, element by element. */
public enum Rule {
  /** Any finite number. */
  REAL("finite"),
  /** Any number; infinities allowed (logits of impossible categories, open bounds). */
  EXTENDED("not NaN"),
  /** Above 0. */
  POSITIVE("positive"),
  /** 0 or above. */
  NON_NEGATIVE("not negative"),
  /** Between 0 and 1, both included. */
  PROBABILITY("between 0 and 1"),
  /** Between −1 and 1, both excluded. */
  CORRELATION("between -1 and 1"),
  /** A whole number, 0 or above. */
  COUNT("a whole number, not negative");

  private final String words;

  Rule(String words) {
    this.words = words;
  }

  /** Whether a number obeys the rule. */
  public boolean allows(double value) {
    return switch (this) {
      case REAL -> Double.isFinite(value);
      case EXTENDED -> !Double.isNaN(value);
      case POSITIVE -> value > 0 && Double.isFinite(value);
      case NON_NEGATIVE -> value >= 0 && Double.isFinite(value);
      case PROBABILITY -> value >= 0 && value <= 1;
      case CORRELATION -> value > -1 && value < 1;
      case COUNT -> value >= 0 && value == Math.rint(value);
    };
  }

  /** The rule in words: "must be …". */
  public String words() {
    return words;
  }

  /** What usually went wrong when the rule is broken, for the end of a message. */
  public String hint() {
    return switch (this) {
      case POSITIVE, NON_NEGATIVE ->
          " Likely fix: give it a positive prior (HalfNormal, LogNormal, Exponential), or use exp()"
              + " or softplus().";
      case PROBABILITY -> " Likely fix: pass logits instead, or use sigmoid().";
      case CORRELATION ->
          " Likely fix: give it a prior between -1 and 1 (Uniform.of(-1, 1)), or use tanh().";
      case COUNT -> " Likely fix: pass whole numbers.";
      case REAL, EXTENDED -> " Likely fix: check the data and the expression it comes from.";
    };
  }
}
