package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** One row of the distribution contract: how to make it, and what to try. */
final class DistributionRow {
  /** How draws depend on the parameters. */
  enum Path {
    /** Not differentiable. */
    NONE,
    /** Differentiable, a function of one noise: each draw moves as the quantile function does. */
    ONE_NOISE,
    /** Differentiable, a function of several noises: right on average. */
    SEVERAL_NOISES
  }

  /**
   * A parameter.
   *
   * @param name as in the distribution's arguments
   * @param shape without batch
   * @param values a valid value
   * @param others another valid value
   * @param wrong a number it must refuse
   * @param smooth whether the log density is differentiable in it
   */
  record Parameter(
      String name, Shape shape, double[] values, double[] others, double wrong, boolean smooth) {}

  /**
   * A number computed from one vector or matrix draw, and its distribution function.
   *
   * @param name what it is
   * @param of from one event
   * @param cdf its distribution function at the first parameters
   */
  record Statistic(String name, ToDoubleFunction<double[]> of, DoubleUnaryOperator cdf) {}

  final String name;
  final Class<?> type;
  final Function<List<Tensor>, Distribution> make;
  final List<Parameter> parameters = new ArrayList<>();
  final List<Statistic> statistics = new ArrayList<>();
  final List<double[]> outside = new ArrayList<>();
  final List<double[]> impossible = new ArrayList<>();
  double[][] outcomes;
  boolean cancels;
  Path path = Path.NONE;
  double far = 300;
  private final Map<String, String> owners = new HashMap<>();

  private DistributionRow(String name, Class<?> type, Function<List<Tensor>, Distribution> make) {
    this.name = name;
    this.type = type;
    this.make = make;
  }

  static DistributionRow of(
      String name, Class<? extends Distribution> type, Function<List<Tensor>, Distribution> make) {
    return new DistributionRow(name, type, make);
  }

  /** A scalar parameter: two valid values, and one it must refuse. */
  DistributionRow with(String parameter, double value, double other, double wrong) {
    return with(parameter, Shape.scalar(), new double[] {value}, new double[] {other}, wrong);
  }

  /** A parameter of any shape. */
  DistributionRow with(
      String parameter, Shape shape, double[] values, double[] others, double wrong) {
    parameters.add(new Parameter(parameter, shape, values, others, wrong, true));
    return this;
  }

  /** A parameter of whole numbers. */
  DistributionRow count(String parameter, double value, double wrong) {
    double[] one = {value};
    parameters.add(new Parameter(parameter, Shape.scalar(), one, one, wrong, false));
    return this;
  }

  /** What single precision keeps of sums that cancel is not held to a number of roundings. */
  DistributionRow cancelling() {
    cancels = true;
    return this;
  }

  /** Draws are differentiable in this way. */
  DistributionRow path(Path kind) {
    path = kind;
    return this;
  }

  /** Scalar events the support must refuse. */
  DistributionRow outside(double... values) {
    for (double v : values) {
      outside.add(new double[] {v});
    }
    return this;
  }

  /** Scalar events the support must refuse, and whose log density is −∞. */
  DistributionRow impossible(double... values) {
    outside(values);
    for (double v : values) {
      impossible.add(new double[] {v});
    }
    return this;
  }

  /** An event of several numbers the support must refuse. */
  DistributionRow refuses(double... event) {
    outside.add(event);
    return this;
  }

  /** An event of several numbers the support must refuse, and whose log density is −∞. */
  DistributionRow impossibleVector(double... event) {
    impossible.add(event);
    return refuses(event);
  }

  /** An event of several numbers the support must refuse, and whose log density is −∞. */
  DistributionRow impossibleEvent(double... event) {
    outside.add(event);
    impossible.add(event);
    return this;
  }

  /** Whole numbers from 0 to the last one whose probability matters. */
  DistributionRow counts(int last) {
    outcomes = new double[last + 1][];
    for (int k = 0; k <= last; k++) {
      outcomes[k] = new double[] {k};
    }
    return this;
  }

  /** All outcomes of a discrete vector. */
  DistributionRow outcomes(double[]... all) {
    outcomes = all;
    return this;
  }

  /** A number of a draw whose distribution is known. */
  DistributionRow statistic(String what, ToDoubleFunction<double[]> of, DoubleUnaryOperator cdf) {
    statistics.add(new Statistic(what, of, cdf));
    return this;
  }

  /** Who names the wrong parameter, where it is not this distribution itself. */
  DistributionRow refusedBy(String parameter, String distribution) {
    owners.put(parameter, distribution);
    return this;
  }

  String owner(Parameter parameter) {
    return owners.getOrDefault(parameter.name(), type.getSimpleName());
  }

  /** How far from 0 the reals are taken, instead of 300. */
  DistributionRow far(double reals) {
    far = reals;
    return this;
  }

  boolean discrete() {
    return outcomes != null;
  }

  /** With the first parameters, as tensors. */
  Distribution distribution() {
    return make.apply(tensors(true));
  }

  List<Tensor> tensors(boolean first) {
    List<Tensor> list = new ArrayList<>();
    for (Parameter p : parameters) {
      list.add(Arena.current().tensor(first ? p.values() : p.others(), p.shape()));
    }
    return list;
  }

  @Override
  public String toString() {
    return name;
  }
}
