package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What {@link MadeSolution} and {@link MadeSweep} go through: the layers of a network range by
 * range, units as rows.
 *
 * @param settings of the network
 * @param cuts where ranges of degrees begin, and the end of the last
 * @param degrees of the units of each hidden layer
 * @param layers the masked maps
 * @param contextWeights of the first layer, by range
 * @param rows N
 * @param context {@code [C, 1]} or {@code [C, N]}
 */
record MadePass(
    MadeSettings settings,
    int[] cuts,
    List<int[]> degrees,
    List<MaskedLinear> layers,
    List<Optional<Param>> contextWeights,
    int rows,
    Optional<Tensor> context) {
  /**
   * One layer in one range of degrees.
   *
   * @param base what its outputs get from before the range, {@code [outputs, N]} or {@code
   *     [outputs, 1]}
   * @param within its weights towards what is found in the range, {@code [outputs, K]}
   */
  record Range(Tensor base, Optional<Tensor> within) {}

  /** How many hidden layers there are. */
  int hidden() {
    return degrees.size();
  }

  /** How many ranges there are. */
  int ranges() {
    return cuts.length - 1;
  }

  /** How many units of a layer have a smaller degree. */
  int first(int l, int degree) {
    int count = 0;
    for (int d : degrees.get(l)) {
      count += d < degree ? 1 : 0;
    }
    return count;
  }

  /** A layer in a range, if it has outputs there; {@code known} is all found before the range. */
  Optional<Range> range(int b, int l, Optional<Tensor> known) {
    MaskedLinear layer = layers.get(l);
    if (layer.rows(b) == 0) {
      return Optional.empty();
    }
    Tensor base = layer.bias(b).unsqueeze(-1);
    if (l == 0 && context.isPresent()) {
      base = base.plus(contextWeights.get(b).orElseThrow().value().matmul(context.get()));
    }
    if (!layer.sees(b)) {
      return Optional.of(new Range(base, Optional.empty()));
    }
    Tensor weight = layer.weight(b);
    int before = layer.before(b);
    if (before > 0) {
      base = weight.slice(1, 0, before).matmul(known.orElseThrow()).plus(base);
    }
    return Optional.of(
        new Range(base, Optional.of(weight.slice(1, before, weight.shape().dim(1)))));
  }
}
