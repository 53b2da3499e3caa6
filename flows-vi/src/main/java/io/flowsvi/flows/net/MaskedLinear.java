package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One masked affine map of a {@link Made}, cut to the blocks that its mask leaves.
 *
 * <p>Units have degrees in ascending order; an output sees the inputs of degree ≤ its own. Degrees
 * are cut into ranges; the outputs of a range get one matrix over the inputs of that range and of
 * those before it, so that what a mask would zero above the block diagonal is neither stored nor
 * multiplied. Only within a diagonal block a mask remains.
 */
final class MaskedLinear {
  private final int[] from;
  private final int[] seen;
  private final int[] before;
  private final List<Optional<Param>> weights = new ArrayList<>();
  private final List<Optional<Param>> biases = new ArrayList<>();
  private final List<Optional<double[]>> masks = new ArrayList<>();

  /**
   * @param name what the parameters are called: w and b before it, the block behind it
   * @param cuts where ranges of degrees begin, and the end of the last
   * @param sees the degree of each input, ascending
   * @param lead inputs of degree k lie in the range of k − lead: 1 for coordinates, which are found
   *     one step after the units of a degree below theirs, 0 for units
   * @param gives the degree of each output; those of a range stand together
   * @param scale of a starting weight, by how many inputs its output sees
   */
  MaskedLinear(
      ParamScope scope,
      String name,
      int[] cuts,
      int[] sees,
      int lead,
      int[] gives,
      java.util.function.IntToDoubleFunction scale) {
    int blocks = cuts.length - 1;
    this.from = new int[blocks + 1];
    this.seen = new int[blocks];
    this.before = new int[blocks];
    for (int b = 0; b < blocks; b++) {
      from[b] = below(gives, cuts[b]);
      from[b + 1] = below(gives, cuts[b + 1]);
      before[b] = below(sees, cuts[b] + lead);
      seen[b] = below(sees, cuts[b + 1] + lead);
      int rows = from[b + 1] - from[b];
      double[] mask = new double[rows * seen[b]];
      double[] scales = new double[rows];
      for (int r = 0; r < rows; r++) {
        int count = 0;
        for (int c = 0; c < seen[b]; c++) {
          boolean open = sees[c] <= gives[from[b] + r];
          mask[r * seen[b] + c] = open ? 1 : 0;
          count += open ? 1 : 0;
        }
        scales[r] = scale.applyAsDouble(Math.max(1, count));
      }
      masks.add(Arrays.stream(mask).allMatch(m -> m == 1) ? Optional.empty() : Optional.of(mask));
      String suffix = blocks == 1 ? name : name + "." + b;
      weights.add(
          mask.length == 0
              ? Optional.empty()
              : Optional.of(
                  scope.param("w" + suffix, Shape.of(rows, seen[b]), rowScaled(scales, seen[b]))));
      biases.add(
          rows == 0
              ? Optional.empty()
              : Optional.of(scope.param("b" + suffix, Shape.of(rows), Init.zeros())));
    }
  }

  private static int below(int[] degrees, int cut) {
    return (int) Arrays.stream(degrees).filter(d -> d < cut).count();
  }

  private static Init rowScaled(double[] scales, int columns) {
    return (layout, seed, values) -> {
      Init.normal(1).fill(layout, seed, values);
      for (int i = 0; i < values.length; i++) {
        values[i] *= scales[i / columns];
      }
    };
  }

  /** How many outputs a range has. */
  int rows(int block) {
    return from[block + 1] - from[block];
  }

  /** How many inputs come before a range. */
  int before(int block) {
    return before[block];
  }

  /** The weight of a range, masked: {@code [rows, inputs up to the end of the range]}. */
  Tensor weight(int block) {
    Tensor raw = weights.get(block).orElseThrow().value();
    return masks
        .get(block)
        .map(mask -> raw.times(Arena.current().fixed(mask, raw.shape())))
        .orElse(raw);
  }

  Tensor bias(int block) {
    return biases.get(block).orElseThrow().value();
  }

  /** The outputs of a range, of inputs {@code [..., up to the end of the range]} or more. */
  Tensor apply(int block, Tensor inputs) {
    return inputs.slice(-1, 0, seen[block]).affine(weight(block), bias(block));
  }

  /** Whether the outputs of a range see any input. */
  boolean sees(int block) {
    return weights.get(block).isPresent();
  }
}
