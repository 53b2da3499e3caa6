package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Transform;
import java.util.Map;
import java.util.Optional;

/**
 * A planar layer with M hidden units instead of one.
 *
 * <p>f(z) = z + Q R tanh(R̃ Qᵀ z + b), Q with M orthonormal columns, R and R̃ upper triangular;
 * log|det| = Σ_i log(1 + (1 − tanh²(pre_i)) r_ii r̃_ii). z is {@code [..., D]}. Forward costs DM +
 * M²; there is no closed-form inverse, {@link #withRootInverse} finds roots. Both diagonals are
 * tanh of free numbers, so that r_ii r̃_ii &gt; −1. One free M×M matrix holds both strict parts:
 * R's above its diagonal, R̃'s, transposed, below. It starts with R near 0: near the identity. Van
 * den Berg, Hasenclever, Tomczak and Welling (2018), eq. 8 to 13.
 *
 * <p>Three ways to Q: {@link #orthogonal} (from a free M×D matrix by the Cholesky factor of its
 * Gram matrix and one Newton–Schulz step), {@link #householder} (reflections applied to vectors),
 * {@link #triangular} (Q = I; put a {@link Reverse} between such layers).
 */
public final class Sylvester implements Layer {
  private static final double START = 0.01;

  /** σ by the mean square of a row: ten times what single precision leaves of a Gram matrix. */
  private static final double SHIFT = 1e-5;

  private enum Basis {
    ORTHOGONAL,
    HOUSEHOLDER,
    IDENTITY
  }

  private final int dim;
  private final int columns;
  private final Basis basis;
  private final Optional<Householder> reflections;
  private final double[] above;
  private final double[] below;
  private final double[] eye;
  private final InverseFactor factor;

  private Sylvester(int dim, int columns, Basis basis, Optional<Householder> reflections) {
    if (columns < 1 || columns > dim) {
      throw new LayerException(
          "Sylvester on "
              + dim
              + " dimensions needs 1 to "
              + dim
              + " columns, got "
              + columns
              + ".");
    }
    this.dim = dim;
    this.columns = columns;
    this.basis = basis;
    this.reflections = reflections;
    this.above = Matrices.strictMask(columns);
    this.below = Matrices.lowerMask(columns, 0);
    this.eye = Matrices.identity(columns);
    this.factor = new InverseFactor(columns);
  }

  /** O-SNF: M orthonormal columns. */
  public static Sylvester orthogonal(int dim, int columns) {
    return new Sylvester(dim, columns, Basis.ORTHOGONAL, Optional.empty());
  }

  /** H-SNF: Q a product of reflections, M = D. */
  public static Sylvester householder(int dim, int reflections) {
    return new Sylvester(
        dim, dim, Basis.HOUSEHOLDER, Optional.of(new Householder(dim, reflections)));
  }

  /** T-SNF: Q = I, M = D. */
  public static Sylvester triangular(int dim) {
    return new Sylvester(dim, dim, Basis.IDENTITY, Optional.empty());
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public String name() {
    return switch (basis) {
      case ORTHOGONAL -> "SylvesterO";
      case HOUSEHOLDER -> "SylvesterH";
      case IDENTITY -> "SylvesterT";
    };
  }

  @Override
  public ParamLayout layout() {
    Shape m = Shape.of(columns);
    ParamLayout layout = ParamLayout.of("b", m).and("r", m).and("rTilde", m);
    if (columns > 1) {
      layout = layout.and("both", Shape.of(columns, columns));
    }
    if (basis == Basis.ORTHOGONAL) {
      return layout.and("q", Shape.of(columns, dim));
    }
    return reflections.isPresent()
        ? layout.and("v", reflections.get().layout().slice("v").shape())
        : layout;
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      Init.normal(START).fill(layout, seed, values);
      // R̃ must not start at 0 as well: then R would get no gradient.
      Slice rTilde = layout.slice("rTilde");
      for (int i = 0; i < columns; i++) {
        values[rTilde.offset() + i] += 1;
      }
      for (Slice slice : layout.slices()) {
        if (slice.name().equals("q") || slice.name().equals("v")) {
          double[] own = new double[slice.shape().size()];
          Init rule = slice.name().equals("q") ? Init.normal(1) : reflections.orElseThrow().init();
          rule.fill(layout, seed.fold(slice.name()), own);
          if (slice.name().equals("q")) {
            orthonormalise(own);
          }
          System.arraycopy(own, 0, values, slice.offset(), own.length);
        }
      }
    };
  }

  /**
   * Gram and Schmidt, row by row: square Gaussian matrices are too ill-conditioned to start from,
   * in float32 their Gram matrix may have no Cholesky factor.
   */
  private void orthonormalise(double[] rows) {
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        double dot = 0;
        for (int k = 0; k < dim; k++) {
          dot += rows[i * dim + k] * rows[j * dim + k];
        }
        for (int k = 0; k < dim; k++) {
          rows[i * dim + k] =
              i == j
                  ? rows[i * dim + k] / Math.sqrt(dot)
                  : rows[i * dim + k] - dot * rows[j * dim + k];
        }
      }
    }
  }

  @Override
  public Transform bind(Values values) {
    return map(values);
  }

  /**
   * This layer with its inverse: M scalar roots, one after the other, each by a fixed number of
   * Newton steps; some 80 M small operations. Gradients are those of the implicit function.
   */
  public BijectiveLayer withRootInverse() {
    return BijectiveLayer.of(this, this::map);
  }

  private Bijection map(Values values) {
    Arena arena = Arena.current();
    Shape square = Shape.of(columns, columns);
    Tensor r = arena.fixed(above, square);
    Tensor rTilde = arena.fixed(below, square);
    if (columns > 1) {
      Tensor both = values.get("both");
      r = both.times(r);
      rTilde = both.times(rTilde);
    }
    // R̃ stays as it is stored, transposed.
    return transform(
        frame(values),
        UpperTriangle.of(r, values.get("r").tanh()),
        UpperTriangle.ofTransposed(rTilde, values.get("rTilde").tanh()),
        values.get("b"));
  }

  /** The map for a given frame Q, R and R̃ with r_ii r̃_ii &gt; −1. */
  static Bijection transform(Frame q, UpperTriangle r, UpperTriangle rTilde, Tensor b) {
    return new SylvesterMap(q, r, rTilde, b);
  }

  private Frame frame(Values values) {
    return switch (basis) {
      case IDENTITY -> new Frame(x -> x, x -> x);
      case ORTHOGONAL -> rows(orthonormal(values.get("q")));
      case HOUSEHOLDER -> {
        var map = reflections.orElseThrow().bind(new Values(Map.of("v", values.get("v"))));
        yield new Frame(x -> map.inverse(x).value(), x -> map.forward(x).value());
      }
    };
  }

  /** A frame whose columns are the rows of a matrix {@code [..., M, D]}. */
  static Frame rows(Tensor transposed) {
    return new Frame(
        z -> Matrices.times(transposed, z), x -> Matrices.transposedTimes(transposed, x));
  }

  /**
   * Rows made orthonormal: L⁻¹A with LLᵀ = AAᵀ, in two rounds, the first with σI added to the Gram
   * matrix. Both factors are lower triangular, so the rows are the same for every σ; but a matrix
   * of condition number κ needs one of only κ √σ in the second round, and an encoder in float32
   * does come across Gram matrices without a factor (Fukaya et al. 2020, shifted Cholesky QR). What
   * rounding leaves, one Newton–Schulz step squares away.
   *
   * <p>The gradient is that of A = LQ itself, at what was found, and not of these operations: (1)
   * L⁻¹dA = L⁻¹dL Q + dQ; (2) times Qᵀ, X = L⁻¹dA Qᵀ is L⁻¹dL, lower triangular, plus dQ Qᵀ, which
   * is skew: so dQ Qᵀ = U − Uᵀ with U the strict upper part of X; (3) with (1), dQ = L⁻¹dA + (U −
   * Uᵀ − X) Q.
   */
  Tensor orthonormal(Tensor a) {
    Arena arena = Arena.current();
    Tensor at = a.stopGradient();
    Tensor one = arena.fixed(eye, Shape.of(columns, columns));
    Tensor shift = at.square().sum(-1).mean(-1).times(SHIFT).unsqueeze(-1).unsqueeze(-1);
    Tensor first = factor.of(at.matmulTransposed(at).plus(one.times(shift)));
    Tensor near = first.matmul(at);
    Tensor second = factor.of(near.matmulTransposed(near));
    Tensor nearer = second.matmul(near);
    Tensor step = one.times(1.5).minus(nearer.matmulTransposed(nearer).times(0.5));
    Tensor q = step.matmul(nearer);
    Tensor change = second.matmul(first).matmul(a);
    Tensor x = change.matmulTransposed(q);
    Tensor upper = x.times(arena.fixed(above, Shape.of(columns, columns)));
    return q.withGradientOf(change.plus(upper.minus(upper.transpose()).minus(x).matmul(q)));
  }
}
