package io.flowsvi.flows.block;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Optional;

/**
 * A block triangular weight matrix with positive blocks on its diagonal, and biases.
 *
 * <p>D blocks of I inputs and O outputs; V has e^raw in the blocks on the diagonal, free numbers
 * below and 0 above; row r of W is e^{g_r} V_r/‖V_r‖. The logarithms of the diagonal blocks are
 * kept: products of them are sums. De Cao, Titov and Aziz (2019), eq. 9 and 10.
 */
final class BlockLinear {
  private static final double RAW_SCALE = 0.1;

  private final int dim;
  private final int inputs;
  private final int outputs;
  private final Param raw;
  private final Param gain;
  private final Param bias;
  private final Optional<Param> free;
  private final double[] below;
  private final double[] eye;

  BlockLinear(ParamScope scope, String name, int dim, int inputs, int outputs) {
    this.dim = dim;
    this.inputs = inputs;
    this.outputs = outputs;
    int rows = dim * outputs;
    int columns = dim * inputs;
    this.raw = scope.param("raw" + name, Shape.of(dim, outputs, inputs), Init.normal(RAW_SCALE));
    this.gain = scope.param("g" + name, Shape.of(rows), Init.zeros());
    this.bias = scope.param("b" + name, Shape.of(rows), Init.zeros());
    // On a line there is nothing below the diagonal.
    this.free =
        dim == 1
            ? Optional.empty()
            : Optional.of(
                scope.param(
                    "w" + name, Shape.of(rows, columns), Init.normal(1 / Math.sqrt(columns))));
    this.below = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < r / outputs * inputs; c++) {
        below[r * columns + c] = 1;
      }
    }
    this.eye = new double[dim * dim];
    for (int i = 0; i < dim; i++) {
      eye[i * (dim + 1)] = 1;
    }
  }

  /**
   * Its numbers in an arena.
   *
   * @param weight W, {@code [D·O, D·I]}
   * @param logDiagonal the logarithms of W's blocks on the diagonal, {@code [D, O, I]}
   * @param bias {@code [D·O]}
   */
  record Bound(Tensor weight, Tensor logDiagonal, Tensor bias) {}

  Bound bind() {
    Arena arena = Arena.current();
    Tensor logs = raw.value();
    Tensor diagonal =
        logs.exp()
            .unsqueeze(2)
            .times(arena.fixed(eye, Shape.of(dim, 1, dim, 1)))
            .reshape(Shape.of(dim * outputs, dim * inputs));
    Shape whole = diagonal.shape();
    Tensor v =
        free.map(p -> p.value().times(arena.fixed(below, whole)).plus(diagonal)).orElse(diagonal);
    // A positive block keeps every row from 0.
    Tensor logScale = gain.value().minus(v.square().sum(-1).log().times(0.5));
    Tensor shift = logScale.reshape(Shape.of(dim, outputs, 1));
    return new Bound(v.times(logScale.exp().unsqueeze(-1)), logs.plus(shift), bias.value());
  }
}
