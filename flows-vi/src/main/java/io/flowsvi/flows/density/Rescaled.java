package io.flowsvi.flows.density;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** A flow of standardised values on the scale of the data: x = mean + sd · z. */
record Rescaled(Flow flow, Standardizer standardizer) implements Flow {
  @Override
  public Shape eventShape() {
    return flow.eventShape();
  }

  @Override
  public Support support() {
    return flow.support();
  }

  @Override
  public Tensor logProb(Tensor value) {
    return flow.logProb(value.minus(mean()).over(sd())).plus(standardizer.logDet());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return rescaled(flow.sample(seed, batch));
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Draw draw = flow.draw(seed, batch);
    return new Draw(rescaled(draw.value()), draw.logProb().plus(standardizer.logDet()));
  }

  @Override
  public List<Argument> arguments() {
    return flow.arguments();
  }

  private Tensor rescaled(Tensor standard) {
    return standard.times(sd()).plus(mean());
  }

  private Tensor mean() {
    return Arena.current().fixed(standardizer.mean(), flow.eventShape());
  }

  private Tensor sd() {
    return Arena.current().fixed(standardizer.sd(), flow.eventShape());
  }
}
