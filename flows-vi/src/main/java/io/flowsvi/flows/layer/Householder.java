package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * An orthogonal map by T reflections.
 *
 * <p>y = H_T … H_1 z, H_t = I − 2 v_t v_tᵀ/‖v_t‖²; log|det| = 0. z is {@code [..., D]}. All
 * reflections are applied at once, never as matrices: y = z − Vᵀ S⁻¹ V z, with the v_t as rows of V
 * and S the strict lower triangle of VVᵀ plus half its diagonal; so both directions cost TD + T².
 * No v_t may be 0. Reflections start in nearly equal pairs, which cancel; an odd T cannot start at
 * the identity. Tomczak and Welling (2016), eq. 8; the joint form: Joffrain, Low, Quintana-Ortí,
 * van de Geijn and Van Zee (2006).
 *
 * @param dim D
 * @param reflections T, at least 1
 * @param startNorm the norm of the v_t at the start, above 0
 */
public record Householder(int dim, int reflections, double startNorm) implements AffineLayer {
  private static final double NOISE = 0.01;

  /** Checks the number of reflections and the norm. */
  public Householder {
    if (reflections < 1) {
      throw new LayerException("Householder needs at least 1 reflection, got " + reflections + ".");
    }
    if (!(startNorm > 0) || Double.isInfinite(startNorm)) {
      throw new LayerException(
          "Reflections start with norm " + startNorm + ": must be finite and above 0.");
    }
  }

  /**
   * Reflections that start with norm max(√D, T): the map depends on directions only, so an
   * optimizer's step turns a reflection the less the longer its vector is; and T of them may turn
   * the same way.
   */
  public Householder(int dim, int reflections) {
    this(dim, reflections, Math.max(Math.sqrt(dim), reflections));
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.of("v", Shape.of(reflections, dim));
  }

  /** Random directions of one norm. */
  @Override
  public Init init() {
    return (layout, seed, values) -> {
      double[] noise = new double[values.length];
      Init.normal(1).fill(layout, seed, noise);
      for (int t = 0; t < reflections; t++) {
        int at = t * dim;
        if (t % 2 == 1) {
          for (int i = at; i < at + dim; i++) {
            values[i] = values[i - dim] + NOISE * noise[i];
          }
          continue;
        }
        double square = 0;
        for (int i = at; i < at + dim; i++) {
          square += noise[i] * noise[i];
        }
        for (int i = at; i < at + dim; i++) {
          values[i] = noise[i] * startNorm / Math.sqrt(square);
        }
      }
    };
  }

  @Override
  public Bijection bind(Values values) {
    Tensor v = values.get("v");
    Tensor s = gramTriangle(v);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor q = s.solveLower(Matrices.times(v, z).unsqueeze(-1)).squeeze(-1);
        return new Mapped(z.minus(Matrices.transposedTimes(v, q)), Tensor.number(0));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor q = s.solveLowerTransposed(Matrices.times(v, y).unsqueeze(-1)).squeeze(-1);
        return new Mapped(y.minus(Matrices.transposedTimes(v, q)), Tensor.number(0));
      }
    };
  }

  /** The strict lower triangle of VVᵀ plus half its diagonal, {@code [..., T, T]}. */
  private Tensor gramTriangle(Tensor v) {
    double[] mask = Matrices.lowerMask(reflections, 0.5);
    Tensor half = Arena.current().tensor(mask, Shape.of(reflections, reflections));
    return v.matmulTransposed(v).times(half);
  }
}
