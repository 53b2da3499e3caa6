package io.flowsvi.flows.density;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Interval;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import java.util.List;

/**
 * A flow of standardised values on the scale of the data: v = mean + sd · z, and x = v, or x
 * between bounds with the logit v.
 */
record Rescaled(Flow flow, Standardizer standardizer) implements Flow {
  @Override
  public Shape eventShape() {
    return flow.eventShape();
  }

  @Override
  public Support support() {
    return standardizer
        .bounds()
        .<Support>map(b -> Interval.of(b.lowest(), b.highest()))
        .orElse(flow.support());
  }

  @Override
  public Tensor logProb(Tensor value) {
    Mapped real = standardizer.bounds().map(b -> unbounded(b, value)).orElse(same(value));
    Tensor standard = real.value().minus(mean()).over(sd());
    return flow.logProb(standard).plus(real.logDet()).minus(logScale());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return draw(seed, batch).value();
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Draw draw = flow.draw(seed, batch);
    Tensor v = draw.value().times(sd()).plus(mean());
    Tensor logProb = draw.logProb().minus(logScale());
    if (standardizer.bounds().isEmpty()) {
      return new Draw(v, logProb);
    }
    Bounds b = standardizer.bounds().get();
    Mapped x = interval(b).toEvent(v);
    return new Draw(x.value(), logProb.minus(x.logDet().sum(-1)));
  }

  @Override
  public List<Argument> arguments() {
    return flow.arguments();
  }

  private static Interval interval(Bounds b) {
    return Interval.of(b.lowest(), b.highest());
  }

  private static Mapped same(Tensor value) {
    return new Mapped(value, Tensor.number(0));
  }

  /** The logits, and the log-determinant of x to them. */
  private static Mapped unbounded(Bounds b, Tensor x) {
    Tensor v = interval(b).toReal(x);
    return new Mapped(v, interval(b).toEvent(v).logDet().sum(-1).negate());
  }

  private double logScale() {
    return Arrays.stream(standardizer.sd()).map(Math::log).sum();
  }

  private Tensor mean() {
    return Arena.current().fixed(standardizer.mean(), flow.eventShape());
  }

  private Tensor sd() {
    return Arena.current().fixed(standardizer.sd(), flow.eventShape());
  }
}
