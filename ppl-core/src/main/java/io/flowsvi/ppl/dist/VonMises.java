package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The von Mises distribution of angles, the normal of the circle.
 *
 * <p>log p(x) = κ cos(x − loc) − log 2π − log I₀(κ), κ the concentration, on (−π, π]; κ = 0 is
 * uniform. Draws are by rejection (Best and Fisher 1979) and not differentiable.
 */
public final class VonMises implements Distribution {
  private final Tensor loc;
  private final Tensor concentration;
  private final List<Argument> arguments;

  private VonMises(Tensor loc, Tensor concentration) {
    this.loc = loc;
    this.concentration = concentration;
    this.arguments =
        Arguments.of("VonMises")
            .and("loc", loc, Rule.REAL)
            .and("concentration", concentration, Rule.NON_NEGATIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static VonMises of(Tensor loc, Tensor concentration) {
    return new VonMises(loc, concentration);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static VonMises of(double loc, double concentration) {
    return of(Tensor.number(loc), Tensor.number(concentration));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static VonMises of(double loc, Tensor concentration) {
    return of(Tensor.number(loc), concentration);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static VonMises of(Tensor loc, double concentration) {
    return of(loc, Tensor.number(concentration));
  }

  /** The parameter loc. */
  public Tensor loc() {
    return loc;
  }

  /** The parameter concentration. */
  public Tensor concentration() {
    return concentration;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Circle.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    // cos d − 1 = −2 sin²(d/2) keeps its digits where κ is large and d small.
    Tensor sine = x.minus(loc).times(0.5).sin();
    Tensor constant = concentration.besselI0e().log().plus(Arguments.LOG_2PI);
    return sine.square().times(concentration).times(-2).minus(constant);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.each(
        seed,
        batch,
        (random, p) -> {
          double angle = p[0] + HostDraws.vonMises(random, p[1]);
          double wrapped = angle - 2 * Math.PI * Math.rint(angle / (2 * Math.PI));
          return Math.max(-Math.PI, Math.min(Math.PI, wrapped));
        },
        loc,
        concentration);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
