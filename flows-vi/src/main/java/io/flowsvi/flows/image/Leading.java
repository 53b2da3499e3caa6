package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A layer on the first d of D coordinates; the others stay as they are. What follows a {@link
 * Split}.
 *
 * <p>z is {@code [..., D]}; cost, numbers and log|det| are the inner layer's.
 *
 * @param dim D
 * @param inner of dimension d ≤ D
 */
public record Leading(int dim, BijectiveLayer inner) implements BijectiveLayer {
  /** Checks the dimensions. */
  public Leading {
    if (inner.dim() > dim) {
      throw new LayerException(
          "Leading on "
              + dim
              + " dimensions cannot hold '"
              + inner.name()
              + "' of "
              + inner.dim()
              + ".");
    }
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Shape inputShape() {
    return inner.inputShape();
  }

  @Override
  public Shape outputShape() {
    return inner.outputShape();
  }

  @Override
  public ParamLayout layout() {
    return inner.layout();
  }

  @Override
  public Init init() {
    return inner.init();
  }

  @Override
  public Optional<UnaryOperator<double[]>> dataStart() {
    return inner.dataStart().map(start -> rows -> start.apply(front(rows)));
  }

  @Override
  public Optional<BinaryOperator<double[]>> settling() {
    return inner.settling().map(settle -> (numbers, rows) -> settle.apply(numbers, front(rows)));
  }

  private double[] front(double[] rows) {
    int d = inner.dim();
    double[] front = new double[rows.length / dim * d];
    for (int i = 0; i < rows.length / dim; i++) {
      System.arraycopy(rows, i * dim, front, i * d, d);
    }
    return front;
  }

  @Override
  public Bijection bind(Values values) {
    Bijection map = inner.bind(values);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return joined(map.forward(z.slice(-1, 0, inner.dim())), z);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return joined(map.inverse(y.slice(-1, 0, inner.dim())), y);
      }
    };
  }

  private Mapped joined(Mapped front, Tensor whole) {
    if (inner.dim() == dim) {
      return front;
    }
    Tensor rest = whole.slice(-1, inner.dim(), dim);
    // Amortised numbers may have given the front more batch axes than the rest has.
    Tensor wide = rest.expand(front.value().shape().with(-1, dim - inner.dim()));
    return new Mapped(Tensor.concat(List.of(front.value(), wide), -1), front.logDet());
  }
}
