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

  /** The arguments of a distribution that this one wraps, each as "base …". */
  Arguments andBase(Distribution base) {
    for (Argument a : base.arguments()) {
      list.add(new Argument("base " + a.name(), a.value(), a.rule()));
    }
    return this;
  }

  /** A wrapper of counts needs a base of single counts. */
  static void singleCounts(String distribution, Distribution base) {
    if (!(base.support() instanceof Count) || base.eventShape().rank() != 0) {
      throw new PplException(
          distribution
              + ": the base must be a distribution of single counts, got "
              + base.name()
              + " on "
              + base.support().name()
              + ". Likely fix: use Poisson, NegativeBinomial, Geometric or Binomial.");
    }
  }

  List<Argument> list() {
    return List.copyOf(list);
  }
}
