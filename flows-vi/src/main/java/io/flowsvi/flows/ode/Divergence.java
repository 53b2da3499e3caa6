package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** How the divergence tr ∂f/∂x of a field is found in training, and the penalties beside it. */
public sealed interface Divergence permits Divergence.Exact, Divergence.Hutchinson {
  /**
   * The field with this divergence, and with the rate of a penalty, for points of a shape {@code
   * [..., D]}. All noise is of this key and drawn here, once for a whole solve: noise redrawn
   * inside of one would make the right-hand side rough, and steps tiny.
   */
  VectorField of(VectorField field, Penalty penalty, Shape points, Seed noise);

  /** The field's own divergence; with a Jacobian penalty, D tangents. */
  static Divergence exact() {
    return new Exact();
  }

  /** Hutchinson's estimate with signs, the smallest variance. */
  static Divergence hutchinson() {
    return new Hutchinson(Hutchinson.Noise.RADEMACHER);
  }

  /** tr ∂f/∂x itself. */
  record Exact() implements Divergence {
    @Override
    public VectorField of(VectorField field, Penalty penalty, Shape points, Seed noise) {
      if (penalty.equals(Penalty.NONE)) {
        return field;
      }
      if (penalty.jacobian() == 0) {
        return new Traced(
            field,
            (t, x) -> {
              Flowline line = field.at(t, x);
              Tensor energy = penalty.kineticRate(line.velocity());
              return new Flowline(line.velocity(), line.divergence(), energy);
            });
      }
      Tensor axes = Tangents.axes(field.dim());
      return new Traced(
          field,
          (t, x) -> {
            Tangents tangents = field.push(t, x, axes);
            Tensor jacobian = tangents.images();
            Tensor squares = jacobian.square().sum(-1, -2).times(penalty.jacobian());
            return new Flowline(
                tangents.velocity(),
                tangents.trace(axes),
                squares.plus(penalty.kineticRate(tangents.velocity())));
          });
    }
  }

  /**
   * εᵀ(∂f/∂x)ε of one ε a solve: a single tangent whatever D is. E εεᵀ = 1 makes it unbiased, and
   * ‖(∂f/∂x)ε‖² an unbiased ‖∂f/∂x‖²_F. Grathwohl et al. (2019), eq. 8.
   *
   * @param noise what ε is
   */
  record Hutchinson(Noise noise) implements Divergence {
    /** The law of ε. */
    public enum Noise {
      /** Signs ±1. */
      RADEMACHER,
      /** Standard normal numbers. */
      GAUSSIAN
    }

    @Override
    public VectorField of(VectorField field, Penalty penalty, Shape points, Seed key) {
      Arena arena = Arena.current();
      Tensor drawn =
          noise == Noise.GAUSSIAN
              ? arena.normal(key, points)
              : arena.uniform(key, points).minus(0.5).sign();
      Tensor direction = drawn.unsqueeze(-2);
      return new Traced(
          field,
          (t, x) -> {
            Tangents tangents = field.push(t, x, direction);
            Tensor image = tangents.images().squeeze(-2);
            Tensor energy = penalty.kineticRate(tangents.velocity());
            if (penalty.jacobian() > 0) {
              energy = energy.plus(image.square().sum(-1).times(penalty.jacobian()));
            }
            return new Flowline(tangents.velocity(), image.times(drawn).sum(-1), energy);
          });
    }
  }
}
