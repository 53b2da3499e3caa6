package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;

/**
 * Scales and shifts each coordinate: alone, the mean-field Gaussian.
 *
 * <p>y = e^s ⊙ z + m; log|det| = Σ s. z is {@code [..., D]}, the log-det {@code []} for constants
 * or the batch of amortised numbers. Both directions cost D. Any real s is allowed. Starts at m = 0
 * and a given scale.
 *
 * @param dim D
 * @param scale the scale at the start, positive
 */
public record ShiftScale(int dim, double scale) implements AffineLayer {
  /** Checks the scale. */
  public ShiftScale {
    if (!(scale > 0)) {
      throw new LayerException(
          "ShiftScale: the starting scale must be positive, got " + scale + ".");
    }
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.of("shift", Shape.of(dim)).and("logScale", Shape.of(dim));
  }

  @Override
  public Init init() {
    // A class: linking a lambda takes a cold JVM a millisecond, and most fits have this layer.
    return new Init() {
      @Override
      public void fill(ParamLayout layout, Seed seed, double[] values) {
        Slice slice = layout.slice("logScale");
        Arrays.fill(values, slice.offset(), slice.offset() + dim, Math.log(scale));
      }
    };
  }

  @Override
  public Bijection bind(Values values) {
    Tensor shift = values.get("shift");
    Tensor logScale = values.get("logScale");
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(z.times(logScale.exp()).plus(shift), logScale.sum(-1));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor negative = logScale.negate();
        return new Mapped(y.minus(shift).times(negative.exp()), negative.sum(-1));
      }
    };
  }
}
