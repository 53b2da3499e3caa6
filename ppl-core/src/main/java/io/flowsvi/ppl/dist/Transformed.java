package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * The distribution of f(X) for X of a base distribution and a map f that can be undone.
 *
 * <p>log p(y) = log p_base(x) − log|det ∂f/∂x|, x = f⁻¹(y). {@link #through} takes a bijection of
 * real vectors, {@link #onto} the map of a support: {@code onto(Simplex.INSTANCE, normal)} is the
 * logistic normal, {@code onto(Positive.INSTANCE, studentT)} the log Student-t. Draws are as
 * differentiable as the base's.
 */
public final class Transformed implements Distribution {
  /** f and its inverse, with the log-determinant of f per element of the batch. */
  private interface Map {
    Mapped forward(Tensor x);

    /** The preimage, and the log-determinant of f there. */
    Mapped back(Tensor y);
  }

  private final Distribution base;
  private final Map map;
  private final Support support;
  private final Shape event;

  private Transformed(Distribution base, Map map, Support support, Shape event) {
    if (!(base.support() instanceof Real)) {
      throw new PplException(
          "Transformed: the base must be on the reals, got "
              + base.name()
              + " on "
              + base.support().name()
              + ". Likely fix: use a normal, Student-t or other real distribution.");
    }
    this.base = base;
    this.map = map;
    this.support = support;
    this.event = event;
  }

  /** A bijection of vectors; base events are {@code [D]}. */
  public static Transformed through(Bijection bijection, Distribution base) {
    if (base.eventShape().rank() != 1) {
      throw new PplException(
          "Transformed: a bijection needs base events [D], got "
              + base.eventShape()
              + ". Likely fix: base.event(D).");
    }
    Map map =
        new Map() {
          @Override
          public Mapped forward(Tensor x) {
            return bijection.forward(x);
          }

          @Override
          public Mapped back(Tensor y) {
            Mapped x = bijection.inverse(y);
            return new Mapped(x.value(), x.logDet().negate());
          }
        };
    return new Transformed(base, map, Real.INSTANCE, base.eventShape());
  }

  /** The reals of the base become events of a support. */
  public static Transformed onto(Support.Continuous support, Distribution base) {
    if (support instanceof Circle || support instanceof UnitVector) {
      throw new PplException(
          "Transformed: "
              + support.name()
              + " has one real more than it has dimensions, so that its map cannot be undone."
              + " Likely fix: use VonMises, or a support such as the simplex.");
    }
    Shape real = base.eventShape();
    if (real.rank() == 0 && support.eventRank() > 0) {
      throw new PplException(
          "Transformed: "
              + support.name()
              + " needs base events [..., reals], got "
              + real
              + ". Likely fix: base.event(K).");
    }
    // Element-wise supports have a log-determinant per element: those of an event add up.
    int summed = real.rank() - Math.min(1, support.eventRank());
    Map map =
        new Map() {
          @Override
          public Mapped forward(Tensor x) {
            Mapped y = support.toEvent(x);
            return new Mapped(y.value(), sum(y.logDet(), summed));
          }

          @Override
          public Mapped back(Tensor y) {
            Tensor x = support.toReal(y);
            return new Mapped(x, sum(support.toEvent(x).logDet(), summed));
          }
        };
    return new Transformed(base, map, support, support.eventShape(real));
  }

  private static Tensor sum(Tensor logDet, int axes) {
    Tensor all = logDet;
    for (int i = 0; i < axes && !all.isNumber(); i++) {
      all = all.sum(-1);
    }
    return all;
  }

  /** The distribution before it was mapped. */
  public Distribution base() {
    return base;
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
  public Tensor logProb(Tensor y) {
    Mapped x = map.back(y);
    return base.logProb(x.value()).minus(x.logDet());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return map.forward(base.sample(seed, batch)).value();
  }

  @Override
  public List<Argument> arguments() {
    return Arguments.of("Transformed").andBase(base).list();
  }
}
