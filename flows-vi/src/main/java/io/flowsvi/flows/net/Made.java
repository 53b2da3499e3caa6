package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A masked network: its numbers for coordinate i depend on coordinates 1 … i − 1 only.
 *
 * <p>Hidden units have degrees 1 … D − 1 (0 … D − 1 with a context) in ascending order; a unit sees
 * inputs of degree ≤ its own, coordinate i sees units of degree &lt; i. So masks are block
 * triangular, and wide networks multiply only the blocks on and below the diagonal. x is {@code
 * [..., D]}; P numbers a coordinate come as P tensors {@code [..., D]} ({@link #numbers}) or as one
 * {@code [..., D, P]} ({@link #table}). A context enters the first layer unmasked and reaches every
 * number. With D = 1 the numbers are constants (or the context's). {@link #solve} finds the
 * coordinates one after the other at the price of one pass: each unit is computed once, when its
 * inputs are known. Germain, Gregor, Murray and Larochelle (2015), section 4.
 */
public final class Made {
  /** Finds one coordinate from its numbers. */
  @FunctionalInterface
  public interface Solver {
    /** Coordinate i (from 0) of all N rows {@code [1, N]}, given its numbers {@code [P, N]}. */
    Tensor coordinate(int i, Tensor numbers);
  }

  /** Finds one coordinate from its numbers, on plain arrays. */
  @FunctionalInterface
  public interface RowSolver {
    /** Coordinate i (from 0) of all N rows, given P numbers for each; the arrays are its own. */
    double[] coordinate(int i, double[][] numbers);
  }

  private static final double OUTPUT_SCALE = 0.01;

  private final MadeSettings settings;
  private final int[] cuts;
  private final List<int[]> degrees = new ArrayList<>();
  private final List<MaskedLinear> layers = new ArrayList<>();
  private final List<Optional<Param>> contextWeights = new ArrayList<>();

  /** A network whose hidden units have these degrees, ascending, in so many blocks. */
  Made(ParamScope scope, MadeSettings settings, List<int[]> degrees, int blocks) {
    this.settings = settings;
    this.degrees.addAll(degrees);
    int dim = settings.dim();
    this.cuts = IntStream.rangeClosed(0, blocks).map(b -> dim * b / blocks).toArray();
    int[] sees = IntStream.rangeClosed(1, dim).toArray();
    double gain = settings.activation() == Activation.RELU ? 2 : 1;
    for (int l = 0; l < degrees.size(); l++) {
      boolean first = l == 0;
      layers.add(
          new MaskedLinear(
              scope,
              String.valueOf(l + 1),
              cuts,
              sees,
              first ? 1 : 0,
              degrees.get(l),
              count -> first ? 1 / Math.sqrt(dim) : Math.sqrt(gain / count)));
      sees = degrees.get(l);
    }
    int units = sees.length;
    String last = String.valueOf(degrees.size() + 1);
    layers.add(
        new MaskedLinear(
            scope, last, cuts, sees, 0, outputs(), count -> OUTPUT_SCALE / Math.sqrt(units)));
    int size = settings.context();
    for (int b = 0; b < blocks; b++) {
      int rows = layers.get(0).rows(b);
      String name = blocks == 1 ? "c1" : "c1." + b;
      contextWeights.add(
          size == 0 || rows == 0
              ? Optional.empty()
              : Optional.of(
                  scope.param(name, Shape.of(rows, size), Init.normal(1 / Math.sqrt(size)))));
    }
  }

  /** One hidden layer of tanh units, two numbers a coordinate, no context. */
  public static Made of(ParamScope scope, int dim, int hidden) {
    return of(scope, dim, hidden, 0, Activation.TANH);
  }

  /** One hidden layer, two numbers a coordinate, and a context of a size (0 for none). */
  public static Made of(ParamScope scope, int dim, int hidden, int context, Activation activation) {
    return of(scope, new MadeSettings(dim, List.of(hidden), 2, context, activation));
  }

  /** A network of these sizes. */
  public static Made of(ParamScope scope, MadeSettings settings) {
    List<int[]> degrees = new ArrayList<>();
    for (int l = 0; l < settings.hidden().size(); l++) {
      degrees.add(settings.degrees(l, scope.prefix()));
    }
    return new Made(scope, settings, degrees, blocks(settings));
  }

  /** Blocks pay where products are large: measured, see MafBenchmark. */
  private static int blocks(MadeSettings settings) {
    int narrowest = Collections.min(settings.hidden());
    return Math.max(1, Math.min(settings.dim(), narrowest / 128));
  }

  /** Degrees of the outputs: range by range, within a range number by number. */
  private int[] outputs() {
    List<Integer> all = new ArrayList<>();
    for (int b = 0; b + 1 < cuts.length; b++) {
      for (int p = 0; p < settings.numbers(); p++) {
        IntStream.range(cuts[b], cuts[b + 1]).forEach(all::add);
      }
    }
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The sizes. */
  public MadeSettings settings() {
    return settings;
  }

  /** D. */
  public int dim() {
    return settings.dim();
  }

  /** The size of the context, 0 for none. */
  public int context() {
    return settings.context();
  }

  /** P tensors {@code [..., D]}: number p of every coordinate. */
  public List<Tensor> numbers(Tensor x, Optional<Tensor> context) {
    return Arena.current().onlyResults(() -> joined(x, context));
  }

  private List<Tensor> joined(Tensor x, Optional<Tensor> context) {
    List<Tensor> ranges = ranges(x, context);
    List<List<Tensor>> cut = new ArrayList<>();
    for (int b = 0; b < ranges.size(); b++) {
      int[] widths = new int[settings.numbers()];
      Arrays.fill(widths, cuts[b + 1] - cuts[b]);
      cut.add(ranges.get(b).split(-1, widths));
    }
    return IntStream.range(0, settings.numbers())
        .mapToObj(p -> Tensor.concat(cut.stream().map(parts -> parts.get(p)).toList(), -1))
        .toList();
  }

  /** {@code [..., D, P]}: the numbers of each coordinate side by side. */
  public Tensor table(Tensor x, Optional<Tensor> context) {
    List<Tensor> parts = new ArrayList<>();
    for (Tensor range : Arena.current().onlyResults(() -> ranges(x, context))) {
      int width = range.shape().dim(-1) / settings.numbers();
      parts.add(range.reshape(range.shape().leading(-1).append(settings.numbers(), width)));
    }
    return Tensor.concat(parts, -1).transpose();
  }

  /** The outputs of each range, number by number. */
  private List<Tensor> ranges(Tensor x, Optional<Tensor> context) {
    List<Tensor> values = new ArrayList<>();
    MaskedLinear first = layers.get(0);
    for (int b = 0; b + 1 < cuts.length; b++) {
      if (first.rows(b) > 0) {
        values.add(activated(shifted(b, first.apply(b, x), context)));
      }
    }
    for (MaskedLinear layer : layers.subList(1, layers.size())) {
      boolean last = layer == layers.get(layers.size() - 1);
      values = next(layer, values, x.shape().leading(-1), last);
    }
    return values;
  }

  private List<Tensor> next(MaskedLinear layer, List<Tensor> inputs, Shape batch, boolean last) {
    List<Tensor> outputs = new ArrayList<>();
    Optional<Tensor> all = together(inputs);
    Optional<Tensor> joined = all;
    int taken = inputs.size() - (cuts.length - 1);
    for (int b = 0; b + 1 < cuts.length; b++) {
      // The lowest range may have no units: then there is one tensor less than ranges.
      if (b + taken >= 0 && all.isEmpty()) {
        Tensor own = inputs.get(b + taken);
        joined = Optional.of(joined.map(j -> Tensor.concat(List.of(j, own), -1)).orElse(own));
      }
      if (layer.rows(b) == 0) {
        continue;
      }
      Tensor value =
          layer.sees(b)
              ? layer.apply(b, joined.orElseThrow())
              : layer.bias(b).expand(batch.append(layer.rows(b)));
      outputs.add(last ? value : activated(value));
    }
    return outputs;
  }

  /**
   * All inputs joined once where ranges may look at parts of them. On the way back each part would
   * come as wide as the whole: there it is cheaper to join them range by range.
   */
  private static Optional<Tensor> together(List<Tensor> inputs) {
    return Arena.current().readable() ? Optional.of(Tensor.concat(inputs, -1)) : Optional.empty();
  }

  private Tensor activated(Tensor x) {
    return settings.activation().apply(x);
  }

  private Tensor shifted(int block, Tensor pre, Optional<Tensor> context) {
    if (context.isEmpty()) {
      return pre;
    }
    Tensor c = context.get();
    Tensor weight = contextWeights.get(block).orElseThrow().value();
    return pre.plus(c.shape().rank() == 1 ? weight.matvec(c) : c.matmulTransposed(weight));
  }

  /**
   * The coordinates {@code [D, N]} of N rows, one after the other: the solver gets the numbers of
   * coordinate i, which depend on those found before. A context is {@code [C]} or {@code [N, C]}.
   */
  public Tensor solve(int rows, Optional<Tensor> context, Solver solver) {
    return new MadeSolution(pass(rows, context)).run(solver);
  }

  /**
   * What {@link #solve} finds, as D arrays of N values, where values can be read ({@link
   * io.flowsvi.ppl.tensor.Arena#readable}): many times quicker, as no small step is an operation on
   * tensors.
   */
  public double[][] sweep(int rows, Optional<Tensor> context, RowSolver solver) {
    return new MadeSweep(pass(rows, context)).run(solver);
  }

  private MadePass pass(int rows, Optional<Tensor> context) {
    Optional<Tensor> columns =
        context.map(c -> c.shape().rank() == 1 ? c.unsqueeze(-1) : c.transpose());
    return new MadePass(settings, cuts, degrees, layers, contextWeights, rows, columns);
  }
}
