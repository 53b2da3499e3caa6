package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A stationary autoregression of order one: T values that return to their mean.
 *
 * <p>x_1 is normal(loc, scale/√(1 − φ²)), x_t is normal(loc + φ(x_{t−1} − loc), scale), φ the
 * {@code persistence} between −1 and 1. log p(x) = ½ log(1 − φ²) − ½(1 − φ²)e_1² − ½ Σ_{t&gt;1}(e_t
 * − φe_{t−1})² − T(log scale + ½ log 2π), e_t = (x_t − loc)/scale. One event is {@code [T]}; loc,
 * persistence and scale are {@code [...]}, one for the whole path. A draw costs T steps.
 */
public final class Ar1 implements HasMean, HasVariance, Standardized {
  private final int length;
  private final Tensor loc;
  private final Tensor persistence;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Ar1(int length, Tensor loc, Tensor persistence, Tensor scale) {
    if (length < 1) {
      throw new PplException("Ar1: the length must be at least 1, got " + length + ".");
    }
    this.length = length;
    this.loc = loc;
    this.persistence = persistence;
    this.scale = scale;
    this.arguments =
        Arguments.of("Ar1")
            .and("loc", loc, Rule.REAL)
            .and("persistence", persistence, Rule.CORRELATION)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** Of this many values, around loc. */
  public static Ar1 of(int length, Tensor loc, Tensor persistence, Tensor scale) {
    return new Ar1(length, loc, persistence, scale);
  }

  /** As {@link #of(int, Tensor, Tensor, Tensor)}. */
  public static Ar1 of(int length, double loc, double persistence, double scale) {
    return of(length, Tensor.number(loc), Tensor.number(persistence), Tensor.number(scale));
  }

  private static Tensor column(Tensor parameter) {
    return parameter.isNumber() ? parameter : parameter.unsqueeze(-1);
  }

  /** 1 − φ², without cancellation near ±1. */
  private Tensor innovationShare() {
    return persistence.negate().plus(1).times(persistence.plus(1));
  }

  @Override
  public Shape eventShape() {
    return Shape.of(length);
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor e = x.minus(column(loc)).over(column(scale));
    Tensor first = e.at(-1, 0).square().times(innovationShare());
    Tensor kernel = first;
    if (length > 1) {
      Tensor before = e.slice(-1, 0, length - 1).times(column(persistence));
      kernel = first.plus(e.slice(-1, 1, length).minus(before).square().sum(-1));
    }
    Tensor constant = scale.log().plus(Arguments.HALF_LOG_2PI).times(length);
    return kernel.minus(innovationShare().log()).times(-0.5).minus(constant);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return fromStandard(Arena.current().normal(seed, batch.append(length)));
  }

  @Override
  public Distribution standard() {
    return Normal.of(0, 1).event(length);
  }

  @Override
  public Tensor fromStandard(Tensor z) {
    Tensor start = z.slice(-1, 0, 1).over(column(innovationShare()).sqrt());
    Tensor path = start;
    if (length > 1) {
      Tensor phi = column(persistence);
      Tensor steps = z.slice(-1, 1, length);
      Tensor rest =
          Tensor.scan(
                  start,
                  steps,
                  (last, step) -> {
                    Tensor next = last.times(phi).plus(step);
                    return new Tensor.Step(next, next);
                  })
              .output();
      path = Tensor.concat(List.of(start, rest), -1);
    }
    return path.times(column(scale)).plus(column(loc));
  }

  @Override
  public Tensor mean() {
    return column(loc.plus(persistence.plus(scale).times(0)))
        .plus(Arena.current().zeros(eventShape()));
  }

  @Override
  public Tensor variance() {
    Tensor each = scale.square().over(innovationShare()).plus(loc.times(0));
    return column(each).plus(Arena.current().zeros(eventShape()));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
