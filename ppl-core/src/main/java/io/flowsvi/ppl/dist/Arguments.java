package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Checks the parameters of a distribution when it is made: plain numbers at once. */
final class Arguments {
  static final double LOG_2PI = Math.log(2 * Math.PI);
  static final double HALF_LOG_2PI = 0.5 * LOG_2PI;

  private final String distribution;
  private final List<Argument> list = new ArrayList<>();

  private Arguments(String distribution) {
    this.distribution = distribution;
  }

  static Arguments of(String distribution) {
    return new Arguments(distribution);
  }

  Arguments and(String name, Tensor value, Rule rule) {
    if (value.isNumber() && !rule.allows(value.asNumber())) {
      throw new PplException(
          distribution
              + ": "
              + name
              + " must be "
              + rule.words()
              + ", got "
              + value.asNumber()
              + "."
              + rule.hint());
    }
    list.add(new Argument(name, value, rule));
    return this;
  }

  /** Of two plain numbers, the first must be below the second. */
  static void increasing(
      String distribution, String low, Tensor first, String high, Tensor second) {
    if (first.isNumber() && second.isNumber() && !(first.asNumber() < second.asNumber())) {
      throw new PplException(
          distribution
              + ": "
              + low
              + " must be below "
              + high
              + ", got "
              + low
              + " "
              + first.asNumber()
              + " and "
              + high
              + " "
              + second.asNumber()
              + ". Likely fix: swap them.");
    }
  }

  List<Argument> list() {
    return List.copyOf(list);
  }
}
