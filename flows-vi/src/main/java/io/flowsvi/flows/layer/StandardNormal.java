package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * D independent standard normals as one event: the usual base. log p(z) = −½‖z‖² − ½ D log 2π.
 *
 * @param dim D
 */
public record StandardNormal(int dim) implements Flow {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  /** Of this dimension. */
  public static StandardNormal of(int dim) {
    return new StandardNormal(dim);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(dim);
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor value) {
    return value.square().sum(-1).times(-0.5).minus(dim * HALF_LOG_2PI);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return Arena.current().normal(seed, batch.append(dim));
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Tensor noise = sample(seed, batch);
    return new Draw(noise, logProb(noise));
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }
}
