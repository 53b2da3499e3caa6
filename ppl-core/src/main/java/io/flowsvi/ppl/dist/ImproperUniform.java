package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A flat prior: density 1 everywhere on a support, which need not have a finite volume.
 *
 * <p>log p(x) = 0, with respect to the support's {@link Support.Continuous#measure}. This is what a
 * parameter without a prior has in Stan: flat on its constrained space, so that "flat on σ &gt; 0"
 * is p(σ) ∝ 1 and not 1/σ. The posterior may be improper, too; that is for the model to see to. It
 * cannot be drawn from: prior predictive runs throw {@link PplException}.
 */
public final class ImproperUniform implements Distribution {
  private final Support.Continuous support;
  private final Shape event;

  private ImproperUniform(Support.Continuous support, Shape event) {
    if (event.rank() < support.eventRank()) {
      throw new PplException(
          "ImproperUniform: an event on "
              + support.name()
              + " has "
              + support.eventRank()
              + " axes, got the shape "
              + event
              + ". Likely fix: ImproperUniform.on(support, Shape.of(K)).");
    }
    this.support = support;
    this.event = event;
  }

  /** On the scalars of a support: reals, positive numbers, intervals. */
  public static ImproperUniform on(Support.Continuous support) {
    return new ImproperUniform(support, Shape.scalar());
  }

  /** On events of a shape: simplexes, ordered vectors, correlation factors. */
  public static ImproperUniform on(Support.Continuous support, Shape event) {
    return new ImproperUniform(support, event);
  }

  @Override
  public Shape eventShape() {
    return event;
  }

  @Override
  public Support support() {
    return support;
  }

  @Override
  public Tensor logProb(Tensor value) {
    int batch = value.shape().rank() - event.rank();
    return Arena.current().zeros(value.shape().leading(batch));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    throw new PplException(
        "ImproperUniform on "
            + support.name()
            + " has no draws: its mass is not finite. Likely fix: give the site a proper prior, or"
            + " condition it before simulating.");
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }
}
