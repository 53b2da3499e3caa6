package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The orthonormal basis of O-Sylvester, whose gradient is not that of the operations that find it:
 * against differences, for matrices that are and are not well-conditioned.
 */
class SylvesterBasisTest {
  private static final int DIM = 5;
  private static final int COLUMNS = 3;
  private static final int ROWS = 2;

  private static final Sylvester LAYER = Sylvester.orthogonal(DIM, COLUMNS);
  private static final ParamLayout LAYOUT = LAYER.layout();

  /** Numbers of the layer for some rows, rows of q differing by so little. */
  private static double[] numbers(int dim, Sylvester layer, int rows, double apart) {
    ParamLayout layout = layer.layout();
    double[] values = new double[rows * layout.size()];
    Init.normal(0.5).fill(ParamLayout.of("all", Shape.of(values.length)), Seed.of(3), values);
    Slice q = layout.slice("q");
    for (int row = 0; row < rows; row++) {
      int at = row * layout.size() + q.offset();
      for (int i = dim; i < q.shape().size(); i++) {
        values[at + i] = values[at + i % dim] + apart * values[at + i];
      }
    }
    return values;
  }

  /** A number that every number of the layer has a part in. */
  private static Tensor loss(Sylvester layer, Tensor raw) {
    int dim = layer.dim();
    double[] z = new double[dim];
    for (int i = 0; i < dim; i++) {
      z[i] = Math.sin(i + 1.0);
    }
    int rows = raw.shape().dim(0);
    Tensor point = Arena.current().tensor(z, Shape.of(dim)).expand(Shape.of(rows, dim));
    Mapped mapped = layer.bind(layer.layout().split(raw)).forward(point);
    return mapped.value().times(point.exp()).sum().plus(mapped.logDet().sum());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.1, 1e-3})
  void gradientIsThatOfDifferences(double apart) {
    double[] at = numbers(DIM, LAYER, ROWS, apart);
    Shape shape = Shape.of(ROWS, LAYOUT.size());
    try (Session session = Session.open(1)) {
      double[] gradient =
          session.compute(a -> Tape.gradient(at, shape, x -> loss(LAYER, x))).gradients().get(0);
      double step = 1e-5 * apart;
      for (int i = 0; i < at.length; i++) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += step;
        down[i] -= step;
        double difference =
            session.compute(
                a ->
                    loss(LAYER, a.tensor(up, shape)).item()
                        - loss(LAYER, a.tensor(down, shape)).item());
        double slope = difference / (2 * step);
        // What rounding makes of differences: some 1e-15 over the step.
        double noise = 1e-8 * (1 + Math.abs(slope)) + 1e-13 / step;
        assertThat(gradient[i]).isCloseTo(slope, within(noise));
      }
    }
  }

  /** In single precision, as encoders train: matrices whose Gram matrix has no factor there. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-2, 1e-4})
  void singlePrecisionStaysFinite(double apart) {
    Sylvester layer = Sylvester.orthogonal(40, 32);
    double[] at = numbers(40, layer, 4, apart);
    SessionSettings settings =
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(settings)) {
      Shape shape = Shape.of(4, layer.layout().size());
      Gradient found = session.compute(a -> Tape.gradient(at, shape, x -> loss(layer, x)));
      assertThat(found.value()).isFinite();
      assertThat(found.gradients().get(0)).doesNotContain(Double.NaN);
    }
  }

  @Test
  void rowsAreOrthonormal() {
    try (Session session = Session.open(1)) {
      List<Double> errors =
          session.compute(
              a -> {
                double[] at = numbers(DIM, LAYER, ROWS, 1e-3);
                Tensor raw = a.tensor(at, Shape.of(ROWS, LAYOUT.size()));
                Tensor q = LAYER.orthonormal(LAYOUT.split(raw).get("q"));
                Tensor gram = q.matmulTransposed(q);
                Tensor one = a.tensor(Matrices.identity(COLUMNS), Shape.of(COLUMNS, COLUMNS));
                return List.of(gram.minus(one).abs().max().item());
              });
      assertThat(errors.get(0)).isLessThan(1e-14);
    }
  }
}
